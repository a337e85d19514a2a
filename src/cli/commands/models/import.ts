import { ARCHITECTURE_NAMES, type ArchitectureName } from '../../../networks/architectures/index.js';
import type { Command } from '../../command.js';
import { libraryOptions } from '../../options/groups.js';
import { gatherOptions } from '../../options/sources.js';

export const modelsImportCommand: Command = {
  positionals: { file: { type: 'string', describe: 'PyTorch weights (.pth) of a known architecture' } },
  options: {
    name: { requiresArg: true, defaultDescription: "the catalogue's", description: 'Its name in the store' },
    arch: {
      choices: ['auto', ...ARCHITECTURE_NAMES],
      requiresArg: true,
      defaultDescription: 'auto, by the names and shapes of the weights',
      description: 'Architecture of the network',
    },
    ...libraryOptions(['modelsDir']),
  },
  examples: [['ganeval models import mine.pth --name mine', 'then "ganeval score samples/ --model mine"']],
  async run(argv, context) {
    const { modelsDir } = await gatherOptions(['modelsDir'], argv, context);
    const { importWeights } = await import('../../../index.js');
    const { card, path } = await importWeights(String(argv.file), {
      name: argv.name as string | undefined,
      arch: argv.arch as ArchitectureName | 'auto' | undefined,
      modelsDir,
      signal: context.hooks.signal,
      onNote: context.note,
    });
    context.note(`${card.name} is in the store.`);
    context.print(`${path}\n`);
    return 0;
  },
};
