import { ImagesError } from '../core/errors.js';
import { describeSystemError, isSystemError } from '../storage/system-error.js';
import { FileSource } from './file-source.js';
import type { ImageSource } from './image-source.js';
import { labelListing } from './labels/label-listing.js';
import { listInput } from './list-input.js';
import { type AlphaMode, DEFAULT_PIXEL_LIMIT } from './picture.js';

export interface OpenImagesOptions {
  /** A CSV or JSON-lines file of path and label by the pictures' ids, in place of the labels that the input has. */
  readonly labels?: string;
  /** @default 'drop' */
  readonly alpha?: AlphaMode;
  /** Pictures with more pixels than this are bad. @default DEFAULT_PIXEL_LIMIT */
  readonly pixelLimit?: number;
  /** Most worker threads that decode. @default one per processor, at most 8 */
  readonly threads?: number;
}

/**
 * Opens pictures in any of the forms in which they are exchanged: a folder (its sub-folders are the classes),
 * a `.zip` or `.tar` of one, a folder of `.tar` shards, a table of paths and labels (`.csv`, `.jsonl`), an
 * array (`.npz`, `.npy`), or the official files of CIFAR and MNIST. Nothing is decoded yet.
 *
 * @throws {ImagesError} if there is nothing there that could be used
 */
export async function openImages(path: string, options: OpenImagesOptions = {}): Promise<ImageSource> {
  const { labels, alpha = 'drop', pixelLimit = DEFAULT_PIXEL_LIMIT, threads } = options;
  const settings = { alpha, pixelLimit, threads };
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
