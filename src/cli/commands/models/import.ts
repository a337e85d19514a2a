import { ARCHITECTURE_NAMES, type ArchitectureName } from '../../../networks/architectures/index.js';
import type { Command } from '../../command.js';
import { libraryOptions } from '../../options/groups.js';
import { gatherOptions } from '../../options/sources.js';

/** How a network is fed and read that has no card. */
const FEEDING = ['inputSize', 'normalize', 'featuresOutput', 'logitsOutput'] as const;

export const modelsImportCommand: Command = {
  positionals: {
    file: {
      type: 'string',
      describe:
        'PyTorch weights (.pth) of a known architecture, a network as .onnx, or a folder of Hugging Face with one',
    },
  },
  options: {
    name: {
      requiresArg: true,
      defaultDescription: "the catalogue's, or the file's",
      description: 'Its name in the store',
    },
    arch: {
      choices: ['auto', ...ARCHITECTURE_NAMES],
      requiresArg: true,
      defaultDescription: 'auto, by the names and shapes of the weights',
      description: 'Architecture of the network',
    },
    ...libraryOptions(['modelsDir', ...FEEDING]),
  },
  examples: [
    ['ganeval models import mine.pth --name mine', 'then "ganeval score samples/ --model mine"'],
    ['ganeval models import mine.onnx --normalize imagenet', 'weights in mine.onnx.data come with it'],
  ],
  async run(argv, context) {
    // Of a score, classes are what numbers stand for.
    const {
      modelsDir,
      classes: _,
      ...network
    } = await gatherOptions(['modelsDir', ...FEEDING], argv, context);
    const { importWeights } = await import('../../../index.js');
    const { card, path } = await importWeights(String(argv.file), {
      name: argv.name as string | undefined,
      arch: argv.arch as ArchitectureName | 'auto' | undefined,
      modelsDir,
      network,
      signal: context.hooks.signal,
      onNote: context.note,
    });
    context.note(`${card.name} is in the store.`);
    context.printExact(`${path}\n`);
    return 0;
  },
};
