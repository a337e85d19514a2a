import { UsageError } from '../../core/errors.js';
import { plural } from '../../report/text/numbers.js';
import { TRAINING_DEFAULTS } from '../../train/adversarial/defaults.js';
import type { BackendChoice } from '../../train/backend/training-backend.js';
import type { Consistency } from '../../train/conditions/consistency.js';
import type { Command } from '../command.js';
import { conditionOptions, readConditionFiles } from '../options/condition-options.js';
import { libraryOptions } from '../options/groups.js';
import { readCount, readList } from '../options/number-flags.js';
import { gatherOptions } from '../options/sources.js';
import type { OptionKey } from '../options/specs.js';
import { backendOption } from '../options/training-options.js';
import { checkDestinations } from '../output/destinations.js';

const KEYS: readonly OptionKey[] = ['device', 'threads'];

export const sampleCommand: Command = {
  positionals: {
    run: {
      type: 'string',
      describe:
        'Folder of a run of ganeval train gan, improved or acgan, its checkpoint, or the folder of a plan of train acgan',
    },
  },
  options: {
    count: { alias: 'n', requiresArg: true, demandOption: true, description: 'Number of pictures' },
    out: {
      alias: 'o',
      requiresArg: true,
      demandOption: true,
      description:
        'New folder for PNG files (a folder for each class), or an .npz file with arr_0 and arr_1 (labels)',
    },
    class: {
      requiresArg: true,
      defaultDescription: 'all, where the generator takes classes',
      description: 'Classes to draw in turn, by name, separated by commas',
    },
    unfinished: {
      type: 'boolean',
      description:
        'Of a plan: draw from groups that are not finished, too, and leave out those without a checkpoint',
    },
    'classes-per-model': {
      requiresArg: true,
      description: 'Of a plan with models of different numbers of classes: which of them draw',
    },
    ...conditionOptions('sample'),
    seed: {
      requiresArg: true,
      defaultDescription: "the run's, which gives the pictures that its scores saw",
      description: 'Seed of the latents',
    },
    backend: backendOption(TRAINING_DEFAULTS.backend),
    ...libraryOptions(KEYS),
  },
  outputs: () => ['out'],
  examples: [
    ['ganeval sample runs/first -n 50000 -o samples/', 'then "ganeval score samples/"'],
    ['ganeval sample runs/first -n 1000 -o cats.npz --class cat', 'one class, as arrays'],
  ],
  async run(argv, context) {
    const out = String(argv.out);
    if (out.endsWith('.npz')) checkDestinations([{ flag: '--out', path: out }]);
    const { device, threads } = await gatherOptions(KEYS, argv, context);
    const { sample } = await import('../../train/sample.js');
    const { path, count, seed, step, groups, consistency } = await sample(
      String(argv.run),
      {
        out,
        device,
        threads,
        count: readCount(argv, 'count') as number,
        classes: readList(argv, 'class'),
        unfinished: argv.unfinished === true ? true : undefined,
        classesPerModel: readCount(argv, 'classes-per-model'),
        conditions: readConditionFiles(argv),
        seed: readSeed(argv.seed),
        backend: argv.backend as BackendChoice | undefined,
      },
      context.hooks,
    );
    const generators = groups === undefined ? 'the generator' : `${groups} of the plan's generators`;
    context.note(`Drew ${count} samples of ${generators} after ${step} steps, with seed ${seed}.`);
    for (const each of consistency) context.note(describeConsistency(each));
    context.printExact(`${path}\n`);
    return 0;
  },
};

function describeConsistency({ name, value, low, high, shuffled, n }: Consistency): string {
  const show = (share: number) => share.toFixed(3);
  return `Consistency of ${name}, by the discriminator's own head: ${show(value)} [${show(low)}, ${show(high)}] over ${plural(n, 'sample')}; ${show(shuffled)} with conditions of other samples.`;
}

/** Reads a whole number; the library checks its range. */
function readSeed(given: unknown): number | undefined {
  if (given === undefined) return undefined;
  if (/^\d+$/.test(String(given))) return Number(given);
  throw new UsageError(`--seed cannot be ${JSON.stringify(given)}: it takes a whole number.`);
}
