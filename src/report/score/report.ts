import type { Illustrations } from '../../documents/illustrations.js';
import type { EvaluationResult } from '../../documents/result.js';
import type { ReportKind } from '../format.js';

/** What a report says of a metric beside what the result says. */
export interface MetricFacts {
  /** What it measures, as a sentence. */
  readonly summary: string;
  /** The option that names the network which it reads: `--model`, `--classifier`, or neither. */
  readonly network: 'model' | 'classifier' | 'none';
}

/** A result with what its reports show beside it. */
export interface ScoreDocument {
  readonly result: EvaluationResult;
  /** The pictures on the page; without them (a merge has no pictures at hand) the page says so. */
  readonly illustrations?: Illustrations;
  /** Facts of the metrics by id; the page says less about a metric that is not here. */
  readonly metrics?: Readonly<Record<string, MetricFacts>>;
}

/** Reports of a score. */
export const SCORE_REPORT: ReportKind<ScoreDocument> = {
  formats: [
    {
      id: 'json',
      extension: 'json',
      what: 'the whole result, with provenance',
      render: async ({ result }) => (await import('./json.js')).toScoreJson(result),
    },
    {
      id: 'csv',
      extension: 'csv',
      what: 'a row per number',
      render: async ({ result }) => (await import('./csv.js')).toScoreCsv(result),
    },
    {
      id: 'markdown',
      extension: 'md',
      what: 'tables for a pull request',
      render: async ({ result }) => (await import('./markdown.js')).toScoreMarkdown(result),
    },
    {
      id: 'html',
      extension: 'html',
      what: 'a page with charts and pictures, all in one file',
      showsPictures: true,
      render: async (document) => (await import('./html.js')).toScoreHtml(document),
    },
  ],
  renderTerminal: async ({ result }, options) =>
    (await import('./terminal.js')).toScoreTerminal(result, options),
};
