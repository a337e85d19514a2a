import { ImagesError } from '../../core/errors.js';

/** A table is read row by row. Ten million rows, which are the most, take a third of this. */
export const MAX_TABLE_BYTES = 2 ** 30;
/** StyleGAN's `dataset.json` is held whole. Three million pictures with a class each have no more. */
export const MAX_DATASET_BYTES = 2 ** 27;

/**
 * Refuses a file of labels that is too large to be one.
 *
 * @throws {ImagesError} for more than `maxBytes` bytes
 */
export function refuseHugeLabelFile(shown: string, bytes: number, maxBytes: number): void {
  if (bytes > maxBytes) {
    throw new ImagesError(
      `${shown} has ${bytes} bytes, more than the ${maxBytes} that it may have: remove it or give labels as a smaller table with --labels.`,
    );
  }
}
