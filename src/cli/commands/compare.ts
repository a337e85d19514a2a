import type { Comparison } from '../../documents/comparison.js';
import type { Command } from '../command.js';
import { type ReportFormats, ReportSet, reportOptions } from '../output/report-set.js';

const FORMATS: ReportFormats<Comparison> = {
  json: {
    what: 'the whole comparison',
    load: async () => (await import('../../report/comparison/json.js')).toComparisonJson,
  },
  csv: {
    what: 'a row per number',
    load: async () => (await import('../../report/comparison/csv.js')).toComparisonCsv,
  },
  markdown: {
    what: 'tables for a pull request',
    load: async () => (await import('../../report/comparison/markdown.js')).toComparisonMarkdown,
  },
  html: {
    what: 'a page with charts, all in one file',
    load: async () => (await import('../../report/comparison/html.js')).toComparisonHtml,
  },
};

export const compareCommand: Command = {
  positionals: {
    results: {
      type: 'string',
      array: true,
      describe:
        'Files that "ganeval score --json" wrote, two or more; the first is what the others are set against',
    },
  },
  options: reportOptions(FORMATS),
  examples: [['ganeval compare a.json b.json', 'two results side by side']],
  async run(argv, context) {
    const makeTable = async (
      ...args: Parameters<typeof import('../../report/comparison/terminal.js').toComparisonTerminal>
    ) => (await import('../../report/comparison/terminal.js')).toComparisonTerminal(...args);
    const reports = new ReportSet(FORMATS, makeTable, argv);
    const { compare } = await import('../../index.js');
    await reports.write(await compare((argv.results as unknown[]).map(String)), context);
    return 0;
  },
};
