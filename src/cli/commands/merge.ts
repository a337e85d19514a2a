import type { Command } from '../command.js';
import { exitCodeOfScore } from '../exit-codes.js';
import { libraryOptions } from '../options/groups.js';
import { gatherOptions } from '../options/sources.js';
import type { OptionKey } from '../options/specs.js';
import { REPORT_OPTIONS, ReportFiles } from '../output/report-files.js';

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
  options: { ...libraryOptions(KEYS), ...REPORT_OPTIONS },
  examples: [['ganeval merge part1 part2 --json result.json', 'the result of the whole']],
  async run(argv, context) {
    const reports = new ReportFiles(argv);
    const options = await gatherOptions(KEYS, argv, context);
    const { mergeParts } = await import('../../index.js');
    const result = await mergeParts((argv.parts as unknown[]).map(String), options, context.hooks);
    await reports.write({ result }, context);
    return exitCodeOfScore(result);
  },
};
