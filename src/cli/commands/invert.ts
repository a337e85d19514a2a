import { jsonText } from '../../escape/json-text.js';
import type { BackendChoice } from '../../train/backend/training-backend.js';
import { INVERSION_DEFAULTS } from '../../train/inversion/invert-options.js';
import type { Command } from '../command.js';
import { libraryOptions } from '../options/groups.js';
import { JSON_OPTION } from '../options/json-option.js';
import { readCount, readNumber, readTextFlag } from '../options/number-flags.js';
import { gatherOptions } from '../options/sources.js';
import type { OptionKey } from '../options/specs.js';
import { backendOption, dataDirOption } from '../options/training-options.js';

const KEYS: readonly OptionKey[] = ['seed', 'device', 'threads', 'cacheDir'];
const PICTURES = 'The pictures:';
const NETWORK = 'The inference network:';
const DESCENT = 'The descent on latents:';

const number = (value: number, group: string, description: string) => ({
  group,
  requiresArg: true,
  defaultDescription: String(value),
  description,
});

export const invertCommand: Command = {
  positionals: {
    run: {
      type: 'string',
      describe: 'Folder of a run of ganeval train gan, improved or acgan, or its checkpoint',
    },
    pictures: {
      type: 'string',
      describe: 'Pictures that the generator was not trained on: a folder, an archive, a CSV, or mnist:test',
    },
  },
  options: {
    out: {
      alias: 'o',
      requiresArg: true,
      demandOption: true,
      description: 'Folder for the inference network, grids, latents and inversion.json',
    },
    training: {
      group: PICTURES,
      requiresArg: true,
      description:
        'Pictures that it was trained on, to compare with: a folder, a CSV, or mnist:train:0:50000',
    },
    count: {
      alias: 'n',
      ...number(
        INVERSION_DEFAULTS.count,
        PICTURES,
        'Pictures of each set that are inverted, drawn by the seed',
      ),
    },
    class: {
      group: PICTURES,
      requiresArg: true,
      defaultDescription: 'that of its label, or the one that the network predicts',
      description: 'The class of all pictures, where the generator takes classes',
    },
    'infer-classes': {
      group: PICTURES,
      type: 'boolean',
      description: 'Leave labels aside: the network predicts the class of each picture',
    },
    'data-dir': dataDirOption(PICTURES),
    'network-steps': number(INVERSION_DEFAULTS.networkSteps, NETWORK, 'Steps of its training, on samples'),
    'batch-size': number(INVERSION_DEFAULTS.batchSize, NETWORK, 'Samples in a step'),
    'network-rate': number(INVERSION_DEFAULTS.networkRate, NETWORK, 'Learning rate of Adam'),
    units: number(INVERSION_DEFAULTS.units, NETWORK, 'Units of each of its two hidden layers'),
    resume: {
      group: NETWORK,
      type: 'boolean',
      description: "Take the folder's network, and train it on where it isn't trained yet",
    },
    'checkpoint-minutes': number(
      INVERSION_DEFAULTS.checkpointMinutes,
      NETWORK,
      'Minutes between checkpoints',
    ),
    steps: number(INVERSION_DEFAULTS.steps, DESCENT, 'Steps from each start'),
    rate: number(INVERSION_DEFAULTS.rate, DESCENT, 'Learning rate of Adam'),
    starts: number(
      INVERSION_DEFAULTS.starts,
      DESCENT,
      "Starts for each picture: the network's guess, and others that are drawn",
    ),
    backend: backendOption(INVERSION_DEFAULTS.backend),
    ...libraryOptions(KEYS),
    ...JSON_OPTION,
  },
  inputs: ['training'],
  interrupted:
    'Stopping after the current step; the inference network is kept, and --resume with the same command takes it.',
  examples: [
    [
      'ganeval invert runs/digits mnist:test --training mnist:train:0:50000 -o inverted/',
      'errors of held-out digits and of training digits, side by side',
    ],
  ],
  async run(argv, context) {
    const { seed, device, threads, cacheDir } = await gatherOptions(KEYS, argv, context);
    const { invert } = await import('../../train/invert.js');
    const result = await invert(
      String(argv.run),
      {
        seed,
        device,
        threads,
        cacheDir,
        out: String(argv.out),
        pictures: String(argv.pictures),
        training: readTextFlag(argv, 'training'),
        count: readCount(argv, 'count'),
        className: readTextFlag(argv, 'class'),
        inferClasses: argv['infer-classes'] === true,
        dataDir: readTextFlag(argv, 'data-dir'),
        networkSteps: readCount(argv, 'network-steps'),
        batchSize: readCount(argv, 'batch-size', 65_536),
        networkRate: readNumber(argv, 'network-rate', Number.isFinite, 'a number above 0'),
        units: readCount(argv, 'units', 65_536),
        resume: argv.resume === true,
        checkpointMinutes: readNumber(argv, 'checkpoint-minutes', Number.isFinite, 'a number above 0'),
        steps: readCount(argv, 'steps'),
        rate: readNumber(argv, 'rate', Number.isFinite, 'a number above 0'),
        starts: readCount(argv, 'starts', 1000),
        backend: argv.backend as BackendChoice | undefined,
      },
      context.hooks,
    );
    if (argv.json) context.printExact(jsonText(result));
    else context.print((await import('../output/inversion-text.js')).inversionToText(result));
    return 0;
  },
};
