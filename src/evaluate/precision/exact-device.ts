import { cudaObstacle } from '../../devices/cuda/cuda-provider.js';
import { type DeviceChoice, providerOf } from '../../devices/device-choices.js';
import { explainTf32 } from '../../devices/tf32.js';
import type { ResolvedOptions } from '../options.js';

/**
 * Where everything beside the networks of features and classes runs: metrics, LPIPS. It is computed in float32 or float64 at any precision of
 * those, and a process that has TF32 on CUDA has nothing else there.
 */
export function exactDevice({
  device,
  precision,
}: Pick<ResolvedOptions, 'device' | 'precision'>): DeviceChoice {
  return precision === 'tf32' ? 'cpu' : device;
}

/** What a user should know whose environment says otherwise than `--precision`, where the networks may run on CUDA; a sentence. */
export function explainEnvironment({
  device,
  precision,
}: Pick<ResolvedOptions, 'device' | 'precision'>): string | undefined {
  const mayBeCuda = device === 'auto' ? cudaObstacle() === undefined : providerOf(device) === 'cuda';
  return mayBeCuda ? explainTf32(precision) : undefined;
}
