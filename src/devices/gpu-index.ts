import { UsageError } from '../core/errors.js';
import { type DeviceChoice, PROVIDER_TITLES, providerOf } from './device-choices.js';

/**
 * The device of `--device` and `--gpu`. Without `--device`, a number means the provider that takes one: CUDA on Linux, DirectML on Windows.
 *
 * @param choice of `--device`
 * @param gpu from 0; undefined where none was said
 * @param platform of this machine; tests replace it
 * @throws {UsageError} for a provider that takes no number
 */
export function withGpu(
  choice: DeviceChoice,
  gpu: number | undefined,
  platform: NodeJS.Platform = process.platform,
): DeviceChoice {
  if (gpu === undefined) return choice;
  const provider =
    choice === 'auto'
      ? { linux: 'cuda' as const, win32: 'dml' as const }[platform as string]
      : providerOf(choice);
  if (provider === 'cuda' || provider === 'dml') return `${provider}:${gpu}`;
  if (provider === undefined)
    throw new UsageError(
      '--gpu takes --device cuda on Linux or --device dml on Windows, and this system has neither: leave it out.',
    );
  if (provider === 'cpu')
    throw new UsageError('--gpu names a GPU, and --device is cpu: leave one of them out.');
  throw new UsageError(
    `${PROVIDER_TITLES[provider]} runs on the GPU that the system names first, and cannot be given another: use --device cuda or --device dml with --gpu, or leave it out.`,
  );
}
