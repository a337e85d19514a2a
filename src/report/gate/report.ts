import type { GateVerdict } from '../../documents/verdict.js';
import type { ReportKind } from '../format.js';

/** Reports of the gate's verdict. */
export const GATE_REPORT: ReportKind<GateVerdict> = {
  formats: [
    {
      id: 'json',
      extension: 'json',
      what: 'the whole verdict',
      render: async (document) => (await import('./json.js')).toGateJson(document),
    },
    {
      id: 'junit',
      extension: 'xml',
      what: 'JUnit XML, a test case per rule',
      render: async (document) => (await import('./junit.js')).toGateJUnit(document),
    },
    {
      id: 'markdown',
      extension: 'md',
      what: 'a comment on a pull request',
      render: async (document) => (await import('./markdown.js')).toGateMarkdown(document),
    },
    {
      id: 'html',
      extension: 'html',
      what: 'a page with charts, all in one file',
      render: async (document) => (await import('./html.js')).toGateHtml(document),
    },
  ],
  renderTerminal: async (document, options) =>
    (await import('./terminal.js')).toGateTerminal(document, options),
};
