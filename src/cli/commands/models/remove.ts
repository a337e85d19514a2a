import { neutralize } from '../../../escape/neutralize.js';
import type { Command } from '../../command.js';
import { libraryOptions } from '../../options/groups.js';
import { gatherOptions } from '../../options/sources.js';

export const modelsRemoveCommand: Command = {
  positionals: { name: { type: 'string', describe: 'A network of the store' } },
  options: libraryOptions(['modelsDir']),
  async run(argv, context) {
    const { modelsDir } = await gatherOptions(['modelsDir'], argv, context);
    const { removeStored } = await import('../../../index.js');
    const name = String(argv.name);
    await removeStored(name, modelsDir);
    context.print(`Removed ${neutralize(name)}\n`);
    return 0;
  },
};
