import type { Ablation } from '../../documents/ablation.js';
import type { AblationIllustrations } from '../../documents/illustrations.js';
import type { ReportKind } from '../format.js';

/** An ablation with the pictures that its page shows beside it. */
interface AblationDocument {
  readonly ablation: Ablation;
  readonly illustrations?: AblationIllustrations;
}

/** Reports of a resolution ablation. */
export const ABLATION_REPORT: ReportKind<AblationDocument> = {
  formats: [
    {
      id: 'json',
      extension: 'json',
      what: 'the whole ablation, with provenance',
      render: async ({ ablation }) => (await import('./json.js')).toAblationJson(ablation),
    },
    {
      id: 'csv',
      extension: 'csv',
      what: 'a row per number',
      render: async ({ ablation }) => (await import('./csv.js')).toAblationCsv(ablation),
    },
    {
      id: 'markdown',
      extension: 'md',
      what: 'tables for a pull request',
      render: async ({ ablation }) => (await import('./markdown.js')).toAblationMarkdown(ablation),
    },
    {
      id: 'html',
      extension: 'html',
      what: 'a page with charts and pictures, all in one file',
      showsPictures: true,
      render: async ({ ablation, illustrations }) =>
        (await import('./html.js')).toAblationHtml(ablation, illustrations),
    },
  ],
  renderTerminal: async ({ ablation }, options) =>
    (await import('./terminal.js')).toAblationTerminal(ablation, options),
};
