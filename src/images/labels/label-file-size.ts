import { ImagesError } from '../../core/errors.js';

/** Enough for the labels of some five million pictures. The longest string of JavaScript is twice as long. */
export const MAX_LABEL_FILE_BYTES = 2 ** 28;

/**
 * Refuses a file of labels that is too large to be one: it is read whole.
 *
 * @throws {ImagesError} for more than `MAX_LABEL_FILE_BYTES` bytes
 */
export function refuseHugeLabelFile(shown: string, bytes: number): void {
  if (bytes > MAX_LABEL_FILE_BYTES) {
    throw new ImagesError(
      `${shown} has ${bytes} bytes, more than the ${MAX_LABEL_FILE_BYTES} that labels may have: remove it or give it in parts.`,
    );
  }
}
