import type { Options } from 'yargs';
import { UsageError } from '../../../core/errors.js';
import { isResultPath } from '../../../gate/gate.js';
import { AGAIN_KEYS } from '../../../gate/score-again.js';
import { GATE_REPORT } from '../../../report/gate/report.js';
import type { Arguments, Command } from '../../command.js';
import { EXIT, requireUsable } from '../../exit-codes.js';
import { RULE_OPTIONS, readGateConfig } from '../../options/gate-config.js';
import { libraryOptions } from '../../options/groups.js';
import { gatherOptions } from '../../options/sources.js';
import { checkDestinations, isStdout } from '../../output/destinations.js';
import { reportToGitHub } from '../../output/github.js';
import { ReportSet, reportOptions } from '../../output/report-set.js';
import { withProfile } from '../../output/with-profile.js';
import type { RunContext } from '../../run-context.js';

const GATE_REPORT_OPTIONS = reportOptions(GATE_REPORT);
const FROM_BASELINE = "the baseline's";
const usual = libraryOptions(AGAIN_KEYS);
const SCORE_OPTIONS: Record<string, Options> = {
  ...usual,
  ...Object.fromEntries(
    ['reference', 'model', 'classifier', 'on-bad-image'].map((flag) => [
      flag,
      { ...usual[flag], defaultDescription: FROM_BASELINE },
    ]),
  ),
};

export const gateCommand: Command = withProfile({
  positionals: {
    pictures: {
      type: 'string',
      describe: 'Pictures, as for "ganeval score", or the result.json that it wrote',
    },
  },
  options: {
    baseline: {
      group: 'What is compared:',
      requiresArg: true,
      demandOption: true,
      description: 'The baseline; pictures are scored with its settings',
    },
    update: {
      group: 'What is compared:',
      type: 'boolean',
      description: 'Write the baseline and print what changed in it',
    },
    ...RULE_OPTIONS,
    ...SCORE_OPTIONS,
    ...GATE_REPORT_OPTIONS,
  },
  outputs: ({ update }) => (update ? ['baseline'] : Object.keys(GATE_REPORT_OPTIONS)),
  inputs: ['baseline', 'rules'],
  examples: [
    ['ganeval gate samples/ --baseline baseline.json --update', 'make the baseline'],
    ['ganeval gate samples/ --baseline baseline.json', 'exit code 1 if they are worse'],
    [
      'ganeval gate result.json --baseline baseline.json --tolerance is=2%',
      'compare a result of an earlier score',
    ],
    ['ganeval gate power --baseline baseline.json --drop 5%', 'how many samples it takes to detect a drop'],
  ],
  async run(argv, context) {
    const samples = String(argv.pictures);
    if (isResultPath(samples)) refuse(argv, Object.keys(SCORE_OPTIONS), 'pictures, not with a result');
    if (argv.update) return update(samples, argv, context);
    const reports = new ReportSet(GATE_REPORT, argv);
    const config = await readGateConfig(argv);
    const options = await gatherOptions(AGAIN_KEYS, argv, context);
    const { gate, gateIllustrated } = await import('../../../index.js');
    const input = { ...options, samples, baseline: String(argv.baseline), config };
    const outcome = reports.showsPictures
      ? await gateIllustrated(input, context.hooks)
      : await gate(input, context.hooks);
    const { verdict, result } = outcome;
    await reports.write(outcome, context);
    await reportToGitHub(verdict, process.env, context);
    requireUsable([result.samples, result.reference]);
    return verdict.passed ? 0 : EXIT.gateFailed;
  },
});

async function update(samples: string, argv: Arguments, context: RunContext): Promise<number> {
  refuse(
    argv,
    [...Object.keys(RULE_OPTIONS), ...Object.keys(GATE_REPORT_OPTIONS)],
    'a check, not with --update',
  );
  const destination = { flag: '--baseline', path: String(argv.baseline) };
  if (isStdout(destination)) throw new UsageError('--baseline --update needs the name of a file.');
  checkDestinations([destination]);
  const options = await gatherOptions(AGAIN_KEYS, argv, context);
  const { updateBaseline } = await import('../../../index.js');
  const { updateToText } = await import('../../output/baseline-text.js');
  const done = await updateBaseline({ ...options, samples, baseline: String(argv.baseline) }, context.hooks);
  context.print(updateToText(done));
  return 0;
}

/** @throws {UsageError} for a flag that would be ignored */
function refuse(argv: Arguments, flags: readonly string[], place: string): void {
  const given = flags.find((flag) => argv[flag] !== undefined);
  if (given !== undefined) throw new UsageError(`--${given} goes with ${place}.`);
}
