import { NetworkError, UsageError } from '../../core/errors.js';
import type { RunPictures } from './run-pictures.js';
import type { Family, PictureForm, Trainer } from './trainer.js';

/** Of the pictures of a step, as 32-bit numbers. The layers' outputs take many times as much. */
const MAX_STEP_BYTES = 2 ** 27;
const BYTES_PER_NUMBER = 4;
const MIB = 2 ** 20;

/** The settings of a run, and what of them was asked for. */
interface ChosenSettings {
  readonly settings: unknown;
  readonly seed: number;
  /** Of the preset's settings, by name. @default none */
  readonly changes?: Readonly<Record<string, unknown>>;
}

/**
 * Makes the trainer of a run.
 *
 * @throws {UsageError} for networks or steps that are too large to be trained, or changes that the pictures don't fit
 */
export function createTrainer(
  family: Family<unknown>,
  { settings, seed, changes = {} }: ChosenSettings,
  { form, labels }: Pick<RunPictures, 'form' | 'labels'>,
): Trainer {
  family.refuseChanges?.(changes, labels);
  const trainer = create(() => family.create(settings, form, seed, labels));
  try {
    const sizes = Object.values(trainer.batchSpecs).map(({ size }) => size);
    refuseLargeStep(
      sizes.reduce((sum, size) => sum + size, 0),
      form,
    );
    return trainer;
  } catch (error) {
    trainer.dispose();
    throw error;
  }
}

/** In a checkpoint, networks that are too large are a damage of it; here they were asked for. */
function create(make: () => Trainer): Trainer {
  try {
    return make();
  } catch (error) {
    throw error instanceof NetworkError ? new UsageError(error.message, { cause: error }) : error;
  }
}

/**
 * Refuses a step that would fill the memory, before anything is computed.
 *
 * @param count pictures of the step
 * @throws {UsageError} if they are too many
 */
export function refuseLargeStep(count: number, { size, channels }: PictureForm): void {
  const bytes = count * size ** 2 * channels * BYTES_PER_NUMBER;
  if (bytes <= MAX_STEP_BYTES) return;
  throw new UsageError(
    `A step of ${count} pictures of ${size}×${size} takes ${Math.ceil(bytes / MIB)} MiB for the pictures alone, and may take ${MAX_STEP_BYTES / MIB} MiB: give a smaller --batch-size.`,
  );
}
