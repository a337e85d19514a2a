import { NetworkError, UsageError } from '../../core/errors.js';
import type { PrecisionName } from '../../core/precision-names.js';
import { cudaObstacle } from '../../devices/cuda/cuda-provider.js';
import { type Device, type DeviceChoice, providerOf } from '../../devices/device-choices.js';

/** What runs on a device. */
interface OnDevice {
  readonly device: Device;
  /** With why the CPU took the place of another device, where it did. */
  readonly placement?: { readonly notes: readonly string[] };
  close(): Promise<void>;
}

/**
 * Opens a network at a precision, where the device has it: TF32 is CUDA's, and float16 takes longer than float32 on the CPU, which has to be
 * named to be taken.
 *
 * @param choice the device that was asked for
 * @param open opens the network
 * @param obstacle why CUDA can't be tried; tests replace it
 * @throws {UsageError} where no device of the choice has the precision
 * @throws {NetworkError} for a GPU without float16, and what `open` throws
 */
export async function openAtPrecision<Opened extends OnDevice>(
  precision: PrecisionName,
  choice: DeviceChoice,
  open: (device: DeviceChoice) => Promise<Opened>,
  obstacle: () => string | undefined = cudaObstacle,
): Promise<Opened> {
  if (precision === 'float32') return open(choice);
  if (precision === 'tf32') {
    refuseTf32Elsewhere(choice);
    const reason = obstacle();
    if (reason === undefined) return open(choice === 'auto' ? 'cuda' : choice);
    throw new UsageError(
      `--precision tf32 is of CUDA alone, which cannot run here (${reason}): leave it out, or see "ganeval doctor".`,
    );
  }
  const opened = await open(choice).catch(explainMissingHalf);
  if (choice === 'cpu' || opened.device !== 'cpu') return opened;
  await opened.close();
  const [note] = opened.placement?.notes ?? [];
  if (note !== undefined) explainMissingHalf(new NetworkError(`--precision fp16 is for GPUs, and ${note}`));
  throw new UsageError(
    '--precision fp16 is for GPUs, and none was found: leave it out, or add --device cpu for the same rounding, which takes longer than float32.',
  );
}

/** @throws {UsageError} for a device that computes float32 only in full */
export function refuseTf32Elsewhere(choice: DeviceChoice): void {
  if (choice === 'auto' || providerOf(choice) === 'cuda') return;
  throw new UsageError(
    `--precision tf32 is of CUDA alone, and --device is ${choice}: leave one of them out.`,
  );
}

/** WebGPU has float16 as an extension, which software adapters and old cards lack. */
function explainMissingHalf(error: unknown): never {
  if (error instanceof NetworkError && /requires f16\b/.test(error.message)) {
    throw new NetworkError(
      'The GPU that WebGPU found does not compute in float16: leave --precision fp16 out, or use another --device.',
      { cause: error },
    );
  }
  throw error;
}
