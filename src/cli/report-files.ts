import type { EvaluationResult } from '../evaluate/result.js';
import type { Arguments } from './command.js';
import { type ReportFormats, ReportSet, reportOptions } from './report-set.js';

const FORMATS: ReportFormats<EvaluationResult> = {
  json: {
    what: 'the whole result, with provenance',
    load: async () => (await import('../report/json.js')).toJson,
  },
  csv: { what: 'a row per number', load: async () => (await import('../report/csv.js')).toCsv },
  markdown: {
    what: 'tables for a pull request',
    load: async () => (await import('../report/markdown.js')).toMarkdown,
  },
};

export const REPORT_OPTIONS = reportOptions(FORMATS);

/** Where a score's result goes; checked before the work starts. */
export class ReportFiles extends ReportSet<EvaluationResult> {
  /** Throws UsageError or StorageError for a file that could not be written. */
  constructor(argv: Arguments) {
    const makeTable = async (...args: Parameters<typeof import('../report/terminal.js').toTerminal>) =>
      (await import('../report/terminal.js')).toTerminal(...args);
    super(FORMATS, makeTable, argv);
  }
}
