import type { Comparison } from '../../documents/comparison.js';
import type { ReportKind } from '../format.js';

/** Reports of a comparison. */
export const COMPARISON_REPORT: ReportKind<Comparison> = {
  formats: [
    {
      id: 'json',
      extension: 'json',
      what: 'the whole comparison',
      render: async (document) => (await import('./json.js')).toComparisonJson(document),
    },
    {
      id: 'csv',
      extension: 'csv',
      what: 'a row per number',
      render: async (document) => (await import('./csv.js')).toComparisonCsv(document),
    },
    {
      id: 'markdown',
      extension: 'md',
      what: 'tables for a pull request',
      render: async (document) => (await import('./markdown.js')).toComparisonMarkdown(document),
    },
    {
      id: 'html',
      extension: 'html',
      what: 'a page with charts, all in one file',
      render: async (document) => (await import('./html.js')).toComparisonHtml(document),
    },
  ],
  renderTerminal: async (document, options) =>
    (await import('./terminal.js')).toComparisonTerminal(document, options),
};
