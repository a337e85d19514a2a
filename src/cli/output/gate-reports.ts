import type { GateOutcome } from '../../gate/gate.js';
import type { Arguments } from '../command.js';
import { type ReportFormats, ReportSet, reportOptions } from './report-set.js';

const FORMATS: ReportFormats<GateOutcome> = {
  json: {
    what: 'the whole verdict',
    load: async () => {
      const { toGateJson } = await import('../../report/gate/json.js');
      return ({ verdict }) => toGateJson(verdict);
    },
  },
  junit: {
    what: 'JUnit XML, a test case per rule',
    load: async () => {
      const { toJUnit } = await import('../../report/gate/junit.js');
      return ({ verdict }) => toJUnit(verdict);
    },
  },
  markdown: {
    what: 'a comment on a pull request',
    load: async () => {
      const { toGateMarkdown } = await import('../../report/gate/markdown.js');
      return ({ verdict }) => toGateMarkdown(verdict);
    },
  },
  html: {
    what: 'a page with charts, all in one file',
    load: async () => {
      const { toGateHtml } = await import('../../report/gate/html.js');
      return ({ verdict }) => toGateHtml(verdict);
    },
  },
};

export const GATE_REPORT_OPTIONS = reportOptions(FORMATS);

/** Where a verdict goes; checked before the work starts. */
export class GateReports extends ReportSet<GateOutcome> {
  /** Throws UsageError or StorageError for a file that could not be written. */
  constructor(argv: Arguments) {
    super(
      FORMATS,
      async ({ verdict }, options) => {
        const { toGateTerminal } = await import('../../report/gate/terminal.js');
        return toGateTerminal(verdict, options);
      },
      argv,
    );
  }
}
