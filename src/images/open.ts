import { ImagesError } from '../core/errors.js';
import { describeSystemError, isSystemError } from '../storage/system-error.js';
import { FileSource } from './file-source.js';
import type { ImageSource } from './image-source.js';
import { labelListing } from './labels/label-listing.js';
import { listInput } from './list-input.js';
import { type AlphaMode, DEFAULT_PIXEL_LIMIT } from './picture.js';
import type { PictureReading } from './picture-reading.js';

/** How pictures are opened. */
export interface OpenImagesOptions extends PictureReading {
  /**
   * A CSV or JSON-lines file with the label of each picture, by the pictures' ids, in place of the labels that the input has.
   * @default the labels of the input, if it has some
   */
  readonly labels?: string;
  /**
   * What is done with transparency.
   * @default 'drop'
   */
  readonly alpha?: AlphaMode;
  /**
   * Pictures with more pixels than this are bad.
   * @default 2 ** 26, which is 8192 × 8192
   */
  readonly pixelLimit?: number;
  /**
   * The largest number of worker threads that decode.
   * @default one per processor, at most 8
   */
  readonly threads?: number;
}

/**
 * Opens pictures in any of the forms in which they are exchanged: a folder (its sub-folders are the classes), a `.zip` or `.tar` of one, a
 * folder of `.tar` shards, a table of paths and labels (`.csv`, `.jsonl`), an array (`.npz`, `.npy`), or the official files of CIFAR
 * and MNIST. Nothing is decoded yet. Entries come in code-point order of their ids.
 *
 * @param path of the folder or file
 * @param options labels, transparency, the largest picture, and threads
 * @returns a source of uint8 RGB pictures; close it
 * @throws {ImagesError} if there is nothing there that could be used
 *
 * @example
 * ```ts
 * const source = await openImages('./samples', { labels: 'labels.csv' });
 * console.log(source.entries.length, source.classNames);
 * ```
 */
export async function openImages(path: string, options: OpenImagesOptions = {}): Promise<ImageSource> {
  const { labels, alpha = 'drop', pixelLimit = DEFAULT_PIXEL_LIMIT, threads, bitDepth, range } = options;
  const settings = { alpha, pixelLimit, threads, bitDepth, range };
  try {
    const { kind, listing, isLabelTable } = await listInput(path);
    if (labels && isLabelTable) {
      throw new ImagesError(
        `${JSON.stringify(path)} has labels of its own: give ${labels} as the pictures or leave it out.`,
      );
    }
    return new FileSource(path, kind, labels ? await labelListing(listing, labels) : listing, settings);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const reason =
      error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${describeSystemError(error)})`;
    throw new ImagesError(`${JSON.stringify(path)} ${reason}: check the path of the pictures.`, {
      cause: error,
    });
  }
}
