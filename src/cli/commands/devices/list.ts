import { jsonText } from '../../../escape/json-text.js';
import type { Command } from '../../command.js';
import { libraryOptions } from '../../options/groups.js';
import { JSON_OPTION } from '../../options/json-option.js';
import { gatherOptions } from '../../options/sources.js';

export const devicesListCommand: Command = {
  options: { ...JSON_OPTION, ...libraryOptions(['cacheDir']) },
  async run(argv, context) {
    const { diagnoseCuda } = await import('../../../devices/cuda/diagnose-cuda.js');
    const { checksToText } = await import('../../doctor/checks-to-text.js');
    const { deviceChecks } = await import('../../doctor/device-checks.js');
    const { cacheDir } = await gatherOptions(['cacheDir'], argv, context);
    const cuda = await diagnoseCuda();
    const { libraryChecks } = await import('../../doctor/cuda-checks.js');
    const { checkTestedDevices } = await import('../../doctor/tested-devices.js');
    const found = [...(await deviceChecks(cuda)), ...(await checkTestedDevices({ cacheDir, test: false }))];
    // Where something lacks, the libraries are among the checks already.
    const isWhole = cuda.provider.isInstalled && cuda.causes.length === 0;
    const checks = isWhole ? [...found, ...libraryChecks(cuda)] : found;
    context.print(argv.json ? jsonText({ checks, cuda }) : checksToText(checks));
    return 0;
  },
};
