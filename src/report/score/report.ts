import type { ReportKind } from '../format.js';
import type { ScoreDocument } from './score-document.js';

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
