import { NetworkError } from '../core/errors.js';
import { explainCuda } from './cuda/cuda-error.js';
import type { CudaDiagnosis } from './cuda/diagnose-cuda.js';
import { type Device, gpuOf, PROVIDER_TITLES, type Provider, providerOf } from './device-choices.js';
import { obstacleOf } from './platforms.js';
import { oneLine } from './runtime-message.js';

/** What helps where a provider should run and does not. */
const REMEDIES: Readonly<Partial<Record<Provider, string>>> = {
  webgpu:
    'install the driver of the graphics card and, on Linux, the Vulkan loader (libvulkan1), or use --device cpu',
  coreml: 'use --device webgpu or --device cpu',
  dml: 'install the driver of the graphics card, or use --device cpu',
};

/** What CUDA and DXGI say of a GPU whose number there is not. */
const NO_SUCH_GPU = /invalid device ordinal|887A0002/i;

/**
 * The error for a device that was asked for and cannot run, as one sentence.
 *
 * @param error what was thrown, or half a sentence of our own
 * @param diagnose looks at what CUDA needs; tests replace it
 */
export async function explainDevice(
  device: Device,
  error: unknown,
  diagnose?: () => Promise<CudaDiagnosis>,
): Promise<NetworkError> {
  const provider = providerOf(device);
  const gpu = gpuOf(device);
  const whole = error instanceof Error ? error.message : String(error);
  const options = { cause: error };
  if (gpu !== undefined && NO_SUCH_GPU.test(whole)) {
    return new NetworkError(
      `${PROVIDER_TITLES[provider]} finds no GPU ${gpu} here: count them from 0, or leave --gpu out.`,
      options,
    );
  }
  if (provider === 'cuda') return explainCuda(error, diagnose);
  const reason = typeof error === 'string' ? error : oneLine(error);
  const remedy = error === obstacleOf(provider) ? elsewhere(provider) : REMEDIES[provider];
  return new NetworkError(`${PROVIDER_TITLES[provider]} cannot run here (${reason}): ${remedy}.`, options);
}

/** What helps where a system can't have a provider: no driver brings it. */
function elsewhere(provider: Provider): string {
  const hasWebGpu = provider !== 'webgpu' && obstacleOf('webgpu') === undefined;
  return hasWebGpu ? 'use --device webgpu or --device cpu' : 'use --device cpu';
}
