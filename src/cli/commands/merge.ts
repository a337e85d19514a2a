import { SCORE_REPORT } from '../../report/score/report.js';
import type { Command } from '../command.js';
import { requireNumber } from '../exit-codes.js';
import { libraryOptions } from '../options/groups.js';
import { gatherOptions } from '../options/sources.js';
import type { OptionKey } from '../options/specs.js';
import { metricFacts } from '../output/metric-facts.js';
import { ReportSet, reportOptions } from '../output/report-set.js';

/** What may differ between the machines that made the parts and this one; the rest stands in the parts. */
const KEYS = [
  'reference',
  'classMap',
  'modelsDir',
  'device',
  'threads',
] as const satisfies readonly OptionKey[];

export const mergeCommand: Command = {
  positionals: {
    parts: {
      type: 'string',
      array: true,
      describe: 'The folders that "ganeval score --shard i/n --out" wrote, in any order',
    },
  },
  options: { ...libraryOptions(KEYS), ...reportOptions(SCORE_REPORT) },
  outputs: () => Object.keys(reportOptions(SCORE_REPORT)),
  examples: [['ganeval merge part1 part2 --json result.json', 'the result of the whole']],
  async run(argv, context) {
    const reports = new ReportSet(SCORE_REPORT, argv);
    const options = await gatherOptions(KEYS, argv, context);
    const { mergeParts } = await import('../../index.js');
    const result = await mergeParts(
      { ...options, parts: (argv.parts as unknown[]).map(String) },
      context.hooks,
    );
    await reports.write({ result, metrics: metricFacts() }, context);
    requireNumber(result);
    return 0;
  },
};
