import type { BackendChoice } from '../../../train/backend/training-backend.js';
import { PRESET_NAMES, type PresetName, TRAINING_DEFAULTS } from '../../../train/classifier/presets.js';
import type { Command } from '../../command.js';
import { libraryOptions } from '../../options/groups.js';
import { readCount, readNumber, readTextFlag } from '../../options/number-flags.js';
import { gatherOptions } from '../../options/sources.js';
import type { OptionKey } from '../../options/specs.js';
import { backendOption, dataDirOption } from '../../options/training-options.js';
import { checkDestinations } from '../../output/destinations.js';

const KEYS: readonly OptionKey[] = ['seed', 'device', 'threads', 'cacheDir'];
const TRAINING = 'The training:';
const DATA = 'The pictures:';

export const trainClassifierCommand: Command = {
  positionals: {
    pictures: {
      type: 'string',
      describe: 'Folder of class folders, or a CSV of path,label (default: the data set of the preset)',
    },
  },
  options: {
    out: {
      alias: 'o',
      requiresArg: true,
      demandOption: true,
      description: 'The .onnx file to write; its card goes beside it',
    },
    preset: {
      group: TRAINING,
      choices: PRESET_NAMES,
      requiresArg: true,
      defaultDescription: TRAINING_DEFAULTS.preset,
      description: 'Network and recipe: for color pictures, or for gray ones that are not mirrored',
    },
    epochs: {
      group: TRAINING,
      requiresArg: true,
      defaultDescription: 'as the preset has it',
      description: 'Times through the pictures',
    },
    'batch-size': {
      group: TRAINING,
      requiresArg: true,
      defaultDescription: 'as the preset has it',
      description: 'Pictures per step',
    },
    'input-size': {
      group: TRAINING,
      requiresArg: true,
      defaultDescription: 'as the preset has it',
      description: 'Side in pixels to which pictures are resized',
    },
    backend: backendOption(TRAINING_DEFAULTS.backend, TRAINING),
    checkpoint: {
      group: TRAINING,
      requiresArg: true,
      defaultDescription: 'beside --out',
      description: 'File for the state of the run',
    },
    'checkpoint-minutes': {
      group: TRAINING,
      requiresArg: true,
      defaultDescription: String(TRAINING_DEFAULTS.checkpointMinutes),
      description: 'Minutes between checkpoints',
    },
    resume: { group: TRAINING, type: 'boolean', description: 'Continue from the checkpoint' },
    log: {
      group: TRAINING,
      requiresArg: true,
      defaultDescription: 'beside --out',
      description: 'File for losses and accuracies, as JSON lines',
    },
    test: {
      group: DATA,
      requiresArg: true,
      defaultDescription: 'a tenth of the pictures',
      description: 'Other labeled pictures to measure the network on',
    },
    'data-dir': dataDirOption(DATA),
    ...libraryOptions(KEYS),
  },
  outputs: () => ['out', 'checkpoint', 'log'],
  inputs: ['test'],
  examples: [
    ['ganeval train classifier scans/ -o scans.onnx', 'then "ganeval score samples/ --model scans.onnx"'],
    ['ganeval train classifier -o cifar10.onnx --resume', 'continue the recipe of the embedded network'],
  ],
  async run(argv, context) {
    const out = String(argv.out);
    checkDestinations([{ flag: '--out', path: out }]);
    const { seed, device, threads, cacheDir } = await gatherOptions(KEYS, argv, context);
    const { trainClassifier } = await import('../../../train/classifier/train-classifier.js');
    const { card, path } = await trainClassifier(
      {
        out,
        seed,
        device,
        threads,
        cacheDir,
        preset: argv.preset as PresetName | undefined,
        pictures: readTextFlag(argv, 'pictures'),
        test: readTextFlag(argv, 'test'),
        recipe: {
          epochs: readCount(argv, 'epochs'),
          batchSize: readCount(argv, 'batch-size', 65_536),
          inputSize: readCount(argv, 'input-size', 16_384),
        },
        backend: argv.backend as BackendChoice | undefined,
        checkpoint: readTextFlag(argv, 'checkpoint'),
        checkpointMinutes: readNumber(argv, 'checkpoint-minutes', Number.isFinite, 'a number above 0'),
        resume: argv.resume === true,
        log: readTextFlag(argv, 'log'),
        dataDir: readTextFlag(argv, 'data-dir'),
      },
      context.hooks,
    );
    const accuracy = Number(card.heldOut?.accuracy);
    context.note(
      `${card.name} classifies ${(100 * accuracy).toFixed(2)} % of the held-out pictures correctly; see its card for the rest.`,
    );
    context.printExact(`${path}\n`);
    return 0;
  },
};
