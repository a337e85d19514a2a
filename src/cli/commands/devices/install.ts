import { NetworkError } from '../../../core/errors.js';
import type { InstalledProvider } from '../../../devices/cuda/package/install-provider.js';
import { neutralize } from '../../../escape/neutralize.js';
import { formatBytes } from '../../../report/text/numbers.js';
import type { Command } from '../../command.js';
import { DEVICE_POSITIONAL } from './device-positional.js';

export const devicesInstallCommand: Command = {
  positionals: DEVICE_POSITIONAL,
  options: {
    from: {
      requiresArg: true,
      demandOption: true,
      description:
        "A local onnxruntime-gpu wheel (.whl) or the NuGet package Microsoft.ML.OnnxRuntime.Gpu.Linux (.nupkg), of ONNX Runtime's very version",
    },
  },
  inputs: ['from'],
  interrupted: 'Stopping; nothing is replaced unless both libraries are whole.',
  examples: [
    [
      'ganeval devices install cuda --from onnxruntime_gpu-1.30.0-cp311-cp311-manylinux_2_28_x86_64.whl',
      'takes two libraries out of it; no Python is needed',
    ],
  ],
  async run(argv, context) {
    const { platformObstacle } = await import('../../../devices/cuda/cuda-provider.js');
    const obstacle = platformObstacle(process);
    if (obstacle !== undefined) {
      throw new NetworkError(
        `CUDA cannot be installed here (${obstacle}): use --device webgpu or --device cpu.`,
      );
    }
    const { installProvider } = await import('../../../devices/cuda/package/install-provider.js');
    const { signal } = context.hooks;
    context.print(toText(await installProvider(String(argv.from), { signal })));
    const { diagnoseCuda } = await import('../../../devices/cuda/diagnose-cuda.js');
    const [cause] = (await diagnoseCuda()).causes;
    context.note(
      cause
        ? `CUDA cannot run here yet (${cause.what}): ${cause.fix}. "ganeval devices" looks at all that it needs.`
        : 'Everything that CUDA needs is here; "ganeval devices" tries it.',
    );
    return 0;
  },
};

function toText({ kind, name, version, cuda, folder, libraries }: InstalledProvider): string {
  const built = cuda === undefined ? '' : `, built for CUDA ${cuda}`;
  const width = Math.max(...libraries.map((library) => library.name.length));
  const lines = libraries.flatMap(({ name: file, bytes, sha256, replaced }) => [
    `${file.padEnd(width)}  ${formatBytes(bytes).padStart(8)}  SHA-256 ${sha256}`,
    ...(replaced === undefined
      ? []
      : [
          `${' '.repeat(width)}            ${replaced === sha256 ? 'the same as before' : `replaces ${replaced}`}`,
        ]),
  ]);
  const head = `Took the provider for CUDA out of the ${kind} ${neutralize(`${name} ${version}`)}${built}:`;
  return `${[head, ...lines].join('\n')}\nThey are in ${neutralize(folder)}\n`;
}
