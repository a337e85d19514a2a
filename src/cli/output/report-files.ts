import type { Illustrations } from '../../documents/illustrations.js';
import type { EvaluationResult } from '../../documents/result.js';
import type { Arguments } from '../command.js';
import { type ReportFormats, ReportSet, reportOptions } from './report-set.js';

/** What a score's reports are made from. */
interface Scored {
  readonly result: EvaluationResult;
  /** The page alone shows them. */
  readonly illustrations?: Illustrations;
}

type OfResult = (result: EvaluationResult) => string | Promise<string>;

/** A format that tells the result alone. */
const ofResult = (load: () => Promise<OfResult>) => async () => {
  const format = await load();
  return ({ result }: Scored) => format(result);
};

const FORMATS: ReportFormats<Scored> = {
  json: {
    what: 'the whole result, with provenance',
    load: ofResult(async () => (await import('../../report/score/json.js')).toJson),
  },
  csv: {
    what: 'a row per number',
    load: ofResult(async () => (await import('../../report/score/csv.js')).toCsv),
  },
  markdown: {
    what: 'tables for a pull request',
    load: ofResult(async () => (await import('../../report/score/markdown.js')).toMarkdown),
  },
  html: {
    what: 'a page with charts and pictures, all in one file',
    load: async () => {
      const { toHtml } = await import('../../report/score/html.js');
      return ({ result, illustrations }) => toHtml(result, illustrations);
    },
  },
};

export const REPORT_OPTIONS = reportOptions(FORMATS);

/** Where a score's result goes; checked before the work starts. */
export class ReportFiles extends ReportSet<Scored> {
  /** Throws UsageError or StorageError for a file that could not be written. */
  constructor(argv: Arguments) {
    const makeTable = async (
      { result }: Scored,
      options: Parameters<typeof import('../../report/score/terminal.js').toTerminal>[1],
    ) => (await import('../../report/score/terminal.js')).toTerminal(result, options);
    super(FORMATS, makeTable, argv);
  }
}
