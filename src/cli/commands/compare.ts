import { COMPARISON_REPORT } from '../../report/comparison/report.js';
import type { Command } from '../command.js';
import { ReportSet, reportOptions } from '../output/report-set.js';

export const compareCommand: Command = {
  positionals: {
    results: {
      type: 'string',
      array: true,
      describe: 'Two or more files that "ganeval score --json" wrote; the others are compared with the first',
    },
  },
  options: reportOptions(COMPARISON_REPORT),
  outputs: () => Object.keys(reportOptions(COMPARISON_REPORT)),
  examples: [['ganeval compare a.json b.json', 'two results side by side']],
  async run(argv, context) {
    const reports = new ReportSet(COMPARISON_REPORT, argv);
    const { compare, illustrateComparison } = await import('../../index.js');
    const comparison = await compare((argv.results as unknown[]).map(String), context.hooks);
    const pictures = reports.showsPictures && {
      illustrations: await illustrateComparison(comparison, context.hooks),
    };
    await reports.write({ comparison, ...pictures }, context);
    return 0;
  },
};
