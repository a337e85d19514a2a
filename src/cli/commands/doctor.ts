import { jsonText } from '../../escape/json-text.js';
import type { Command } from '../command.js';
import { checksToText } from '../doctor/checks-to-text.js';
import { runChecks } from '../doctor/run-checks.js';
import { libraryOptions } from '../options/groups.js';
import { JSON_OPTION } from '../options/json-option.js';
import { gatherOptions } from '../options/sources.js';

export const doctorCommand: Command = {
  options: {
    ...JSON_OPTION,
    'test-devices': {
      type: 'boolean',
      group: 'Checks:',
      description:
        'Test again which GPUs compute what the CPU does, and how fast; scores keep to what is found',
    },
    ...libraryOptions(['cacheDir', 'modelsDir']),
  },
  async run(argv, context) {
    const folders = await gatherOptions(['cacheDir', 'modelsDir'], argv, context);
    const { diagnoseCuda } = await import('../../devices/cuda/diagnose-cuda.js');
    // Without ONNX Runtime there is nothing to diagnose; the checks say that it lacks.
    const cuda = await diagnoseCuda().catch(() => undefined);
    const checks = await runChecks({ ...folders, testsDevices: argv['test-devices'] === true }, cuda);
    const broken = checks.filter(({ state }) => state === 'broken');
    const works = broken.length === 0;
    const verdict = works ? 'Scoring works here.' : 'Scoring does not work here yet; fix what is marked ✗.';
    context.print(
      argv.json
        ? jsonText({ works, checks, ...(cuda && { cuda }) })
        : `${checksToText(checks)}\n${verdict}\n`,
    );
    return broken[0]?.exitCode ?? 0;
  },
};
