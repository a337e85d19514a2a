import { BACKEND_CHOICES, type BackendChoice } from '../../train/backend/training-backend.js';
import { PRESET_NAMES, type PresetName, TRAINING_DEFAULTS } from '../../train/classifier/presets.js';
import type { Command } from '../command.js';
import { libraryOptions } from '../options/groups.js';
import { readCount, readNumber, readTextFlag } from '../options/number-flags.js';
import { gatherOptions } from '../options/sources.js';
import type { OptionKey } from '../options/specs.js';
import { checkDestinations } from '../output/destinations.js';

const KEYS: readonly OptionKey[] = ['seed', 'device', 'threads', 'cacheDir'];
const TRAINING = 'The training:';
const DATA = 'The pictures:';

export const trainClassifierCommand: Command = {
  positionals: {
    pictures: {
      type: 'string',
      describe: 'Folder of class folders, or a CSV of path,label [default: the data set of the preset]',
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
      description: 'Times through the pictures [default: as the preset has it]',
    },
    'batch-size': {
      group: TRAINING,
      requiresArg: true,
      description: 'Pictures a step [default: as the preset has it]',
    },
    'input-size': {
      group: TRAINING,
      requiresArg: true,
      description: 'Side in pixels to which pictures are brought [default: as the preset has it]',
    },
    backend: {
      group: TRAINING,
      choices: BACKEND_CHOICES,
      requiresArg: true,
      defaultDescription: TRAINING_DEFAULTS.backend,
      description: 'What tfjs computes with: ONNX Runtime, or a package of TensorFlow that is installed',
    },
    checkpoint: {
      group: TRAINING,
      requiresArg: true,
      description: 'File for the state of the run [default: beside --out]',
    },
    'checkpoint-minutes': {
      group: TRAINING,
      requiresArg: true,
      description: `Minutes from one checkpoint to the next [default: ${TRAINING_DEFAULTS.checkpointMinutes}]`,
    },
    resume: { group: TRAINING, type: 'boolean', description: 'Go on from the checkpoint' },
    log: {
      group: TRAINING,
      requiresArg: true,
      description: 'File for losses and accuracies, as JSON lines [default: beside --out]',
    },
    test: {
      group: DATA,
      requiresArg: true,
      description: 'Other labeled pictures to measure the network on [default: a tenth of the pictures]',
    },
    'data-dir': {
      group: DATA,
      requiresArg: true,
      description: "Folder with the data set's official files, in place of a download",
    },
    ...libraryOptions(KEYS),
  },
  examples: [
    ['ganeval train classifier scans/ -o scans.onnx', 'then "ganeval score samples/ --model scans.onnx"'],
    ['ganeval train classifier -o cifar10.onnx --resume', 'the recipe of the embedded network, gone on with'],
  ],
  async run(argv, context) {
    const out = String(argv.out);
    checkDestinations([{ flag: '--out', path: out }]);
    const { seed, device, threads, cacheDir } = await gatherOptions(KEYS, argv, context);
    const { trainClassifier } = await import('../../train/classifier/train-classifier.js');
    const { card, path } = await trainClassifier(
      {
        ...{ out, seed, device, threads, cacheDir },
        preset: argv.preset as PresetName | undefined,
        pictures: readTextFlag(argv, 'pictures'),
        test: readTextFlag(argv, 'test'),
        recipe: {
          epochs: readCount(argv, 'epochs'),
          batchSize: readCount(argv, 'batch-size'),
          inputSize: readCount(argv, 'input-size'),
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
      `${card.name} knows ${(100 * accuracy).toFixed(2)} % of the held-out pictures; its card tells the rest.`,
    );
    context.print(`${path}\n`);
    return 0;
  },
};
