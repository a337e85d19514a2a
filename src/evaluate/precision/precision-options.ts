import { z } from 'zod';
import { PRECISION_NAMES, type PrecisionName } from '../../core/precision-names.js';
import type { DeviceChoice } from '../../devices/device-choices.js';
import { refuseTf32Elsewhere } from '../../networks/precision/open-at-precision.js';

/** The option that says what networks compute in. */
export const precisionOptions = {
  precision: z
    .enum(PRECISION_NAMES)
    .default('float32')
    .describe(
      'What the networks of features and classes compute in: tf32 (CUDA alone) and fp16 are faster on GPUs, and their numbers compare only with their own',
    ),
};

/** @throws {UsageError} for a device that surely lacks the precision */
export function refuseUnfitPrecision({
  precision,
  device,
}: {
  readonly precision: PrecisionName;
  readonly device: DeviceChoice;
}): void {
  if (precision === 'tf32') refuseTf32Elsewhere(device);
}
