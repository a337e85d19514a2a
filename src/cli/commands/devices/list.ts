import { jsonText } from '../../../escape/json-text.js';
import type { Command } from '../../command.js';
import { JSON_OPTION } from '../../options/json-option.js';

export const devicesListCommand: Command = {
  options: JSON_OPTION,
  async run(argv, context) {
    const { diagnoseCuda } = await import('../../../devices/cuda/diagnose-cuda.js');
    const { checksToText } = await import('../../doctor/checks-to-text.js');
    const { deviceChecks } = await import('../../doctor/device-checks.js');
    const cuda = await diagnoseCuda();
    const { libraryChecks } = await import('../../doctor/cuda-checks.js');
    const found = await deviceChecks(cuda);
    // Where something lacks, the libraries are among the checks already.
    const isWhole = cuda.provider.isInstalled && cuda.causes.length === 0;
    const checks = isWhole ? [...found, ...libraryChecks(cuda)] : found;
    context.print(argv.json ? jsonText({ checks, cuda }) : checksToText(checks));
    return 0;
  },
};
