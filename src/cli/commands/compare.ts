import { COMPARISON_REPORT } from '../../report/comparison/report.js';
import type { Command } from '../command.js';
import { ReportSet, reportOptions } from '../output/report-set.js';

export const compareCommand: Command = {
  positionals: {
    results: {
      type: 'string',
      array: true,
      describe:
        'Files that "ganeval score --json" wrote, two or more; the first is what the others are set against',
    },
  },
  options: reportOptions(COMPARISON_REPORT),
  examples: [['ganeval compare a.json b.json', 'two results side by side']],
  async run(argv, context) {
    const reports = new ReportSet(COMPARISON_REPORT, argv);
    const { compare } = await import('../../index.js');
    await reports.write(await compare((argv.results as unknown[]).map(String)), context);
    return 0;
  },
};
