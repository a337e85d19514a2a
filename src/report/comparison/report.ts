import type { Comparison } from '../../documents/comparison.js';
import type { ComparisonIllustrations } from '../../documents/illustrations.js';
import type { ReportKind } from '../format.js';

/** A comparison with the pictures that its page shows beside it. */
interface ComparisonDocument {
  readonly comparison: Comparison;
  readonly illustrations?: ComparisonIllustrations;
}

/** Reports of a comparison. */
export const COMPARISON_REPORT: ReportKind<ComparisonDocument> = {
  formats: [
    {
      id: 'json',
      extension: 'json',
      what: 'the whole comparison',
      render: async ({ comparison }) => (await import('./json.js')).toComparisonJson(comparison),
    },
    {
      id: 'csv',
      extension: 'csv',
      what: 'a row per number',
      render: async ({ comparison }) => (await import('./csv.js')).toComparisonCsv(comparison),
    },
    {
      id: 'markdown',
      extension: 'md',
      what: 'tables for a pull request',
      render: async ({ comparison }) => (await import('./markdown.js')).toComparisonMarkdown(comparison),
    },
    {
      id: 'html',
      extension: 'html',
      what: 'a page with charts and pictures, all in one file',
      showsPictures: true,
      render: async ({ comparison, illustrations }) =>
        (await import('./html.js')).toComparisonHtml(comparison, illustrations),
    },
  ],
  renderTerminal: async ({ comparison }, options) =>
    (await import('./terminal.js')).toComparisonTerminal(comparison, options),
};
