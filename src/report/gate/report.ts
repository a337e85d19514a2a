import type { GateIllustrations } from '../../documents/illustrations.js';
import type { GateVerdict } from '../../documents/verdict.js';
import type { ReportKind } from '../format.js';

/** A verdict with the pictures that its page shows beside it. */
interface GateDocument {
  readonly verdict: GateVerdict;
  readonly illustrations?: GateIllustrations;
}

/** Reports of the gate's verdict. */
export const GATE_REPORT: ReportKind<GateDocument> = {
  formats: [
    {
      id: 'json',
      extension: 'json',
      what: 'the whole verdict',
      render: async ({ verdict }) => (await import('./json.js')).toGateJson(verdict),
    },
    {
      id: 'junit',
      extension: 'xml',
      what: 'JUnit XML, a test case per rule',
      render: async ({ verdict }) => (await import('./junit.js')).toGateJUnit(verdict),
    },
    {
      id: 'markdown',
      extension: 'md',
      what: 'a comment on a pull request',
      render: async ({ verdict }) => (await import('./markdown.js')).toGateMarkdown(verdict),
    },
    {
      id: 'html',
      extension: 'html',
      what: 'a page with charts and pictures, all in one file',
      showsPictures: true,
      render: async ({ verdict, illustrations }) =>
        (await import('./html.js')).toGateHtml(verdict, illustrations),
    },
  ],
  renderTerminal: async ({ verdict }, options) =>
    (await import('./terminal.js')).toGateTerminal(verdict, options),
};
