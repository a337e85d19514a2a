import type { Ablation } from '../../documents/ablation.js';
import type { ReportKind } from '../format.js';

/** Reports of a resolution ablation. */
export const ABLATION_REPORT: ReportKind<Ablation> = {
  formats: [
    {
      id: 'json',
      extension: 'json',
      what: 'the whole ablation, with provenance',
      render: async (document) => (await import('./json.js')).toAblationJson(document),
    },
    {
      id: 'csv',
      extension: 'csv',
      what: 'a row per number',
      render: async (document) => (await import('./csv.js')).toAblationCsv(document),
    },
    {
      id: 'markdown',
      extension: 'md',
      what: 'tables for a pull request',
      render: async (document) => (await import('./markdown.js')).toAblationMarkdown(document),
    },
    {
      id: 'html',
      extension: 'html',
      what: 'a page with charts, all in one file',
      render: async (document) => (await import('./html.js')).toAblationHtml(document),
    },
  ],
  renderTerminal: async (document, options) =>
    (await import('./terminal.js')).toAblationTerminal(document, options),
};
