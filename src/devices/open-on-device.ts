import { explainCuda } from './cuda/cuda-error.js';
import type { CudaDiagnosis } from './cuda/diagnose-cuda.js';
import type { Device, DeviceChoice } from './device-choices.js';
import { oneLine } from './runtime-message.js';
import { WebGpuError } from './webgpu-error.js';

/** What the choice of a device asks of the machine. Tests replace it. */
export interface DeviceProbe<Opened> {
  /** Why CUDA cannot even be tried, as half a sentence; undefined if its library is installed. */
  cudaObstacle(): string | undefined;
  open(device: Device): Promise<Opened>;
  /** Why CUDA does not run. @default looks at this machine */
  diagnose?(): Promise<CudaDiagnosis>;
}

/** What was opened, and where it runs. */
export interface OnDevice<Opened> {
  readonly device: Device;
  readonly opened: Opened;
}

/**
 * Opens something on a device. `auto` takes the CPU where CUDA is not installed or does not start.
 *
 * @param choice 'auto', 'cpu', 'webgpu' or 'cuda'
 * @param probe says whether CUDA can be tried, and opens the thing
 * @returns what was opened, and where
 * @throws {NetworkError} if the choice is 'webgpu' or 'cuda' and it cannot run
 * @throws the error of the CPU if it opens on no device
 */
export async function openOnDevice<Opened>(
  choice: DeviceChoice,
  probe: DeviceProbe<Opened>,
): Promise<OnDevice<Opened>> {
  if (choice === 'cpu') return { device: 'cpu', opened: await probe.open('cpu') };
  if (choice === 'webgpu') {
    return openOrElse('webgpu', probe, async (error) => {
      throw new WebGpuError(oneLine(error));
    });
  }
  const obstacle = probe.cudaObstacle();
  if (obstacle === undefined) {
    return openOrElse('cuda', probe, async (error) => {
      if (choice === 'cuda') throw await explainCuda(error, probe.diagnose);
    });
  }
  if (choice === 'cuda') throw await explainCuda(obstacle, probe.diagnose);
  return { device: 'cpu', opened: await probe.open('cpu') };
}

/** Opens on a device, else on the CPU, unless `refuse` throws. */
async function openOrElse<Opened>(
  device: Device,
  probe: DeviceProbe<Opened>,
  refuse: (error: unknown) => Promise<void>,
): Promise<OnDevice<Opened>> {
  try {
    return { device, opened: await probe.open(device) };
  } catch (error) {
    // If it does not open on the CPU either, the device is not the reason: then the error of the CPU is thrown.
    const opened = await probe.open('cpu');
    await refuse(error);
    return { device: 'cpu', opened };
  }
}
