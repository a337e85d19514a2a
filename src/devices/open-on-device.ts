import type { CudaDiagnosis } from './cuda/diagnose-cuda.js';
import { type Device, providerOf } from './device-choices.js';
import { explainDevice } from './device-error.js';
import { obstacleOf } from './platforms.js';

/** What opening on a device asks of the machine. Tests replace it. */
export interface DeviceProbe<Opened> {
  /** Why a device cannot even be tried, as half a sentence. @default what is known of platforms and libraries */
  obstacle?(device: Device): string | undefined;
  open(device: Device): Promise<Opened>;
  /** Why CUDA does not run. @default looks at this machine */
  diagnose?(): Promise<CudaDiagnosis>;
}

/**
 * Opens something on a device.
 *
 * @param device where
 * @param probe says whether it can be tried, and opens the thing
 * @throws {NetworkError} if the device cannot run
 * @throws the error of the CPU if it opens on no device
 */
export async function openOnDevice<Opened>(device: Device, probe: DeviceProbe<Opened>): Promise<Opened> {
  if (device === 'cpu') return probe.open('cpu');
  const obstacle = probe.obstacle ? probe.obstacle(device) : obstacleOf(providerOf(device));
  if (obstacle !== undefined) throw await explainDevice(device, obstacle, probe.diagnose);
  try {
    return await probe.open(device);
  } catch (error) {
    // If it does not open on the CPU either, the device is not the reason: then the error of the CPU is thrown.
    await release(await probe.open('cpu'));
    throw await explainDevice(device, error, probe.diagnose);
  }
}

/** Nobody will use what opened on the CPU. */
async function release(opened: unknown): Promise<void> {
  if (opened instanceof Object && 'release' in opened && typeof opened.release === 'function') {
    await opened.release();
  }
}
