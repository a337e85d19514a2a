import { neutralize } from '../../../escape/neutralize.js';
import type { Command } from '../../command.js';
import { DEVICE_POSITIONAL } from './device-positional.js';

export const devicesRemoveCommand: Command = {
  positionals: DEVICE_POSITIONAL,
  async run(_argv, context) {
    const { removeProvider } = await import('../../../devices/cuda/package/install-provider.js');
    const removed = await removeProvider();
    context.print(
      removed.length === 0
        ? 'Nothing to remove: the provider for CUDA is not installed.\n'
        : removed.map((path) => `Removed ${neutralize(path)}\n`).join(''),
    );
    return 0;
  },
};
