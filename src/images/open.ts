import { stat } from 'node:fs/promises';
import { FileSource } from './file-source.js';
import { listFolder } from './folder.js';
import type { ImageSource } from './image-source.js';
import { ImagesError } from './images-error.js';
import { labelListing } from './label-listing.js';
import { listManifest } from './manifest.js';
import { type AlphaMode, DEFAULT_PIXEL_LIMIT } from './picture.js';

export interface OpenImagesOptions {
  /** A CSV file of `path,label` for the pictures of a folder, in place of the classes that its sub-folders make. */
  readonly labels?: string;
  /** @default 'drop' */
  readonly alpha?: AlphaMode;
  /** Pictures with more pixels than this are bad. @default DEFAULT_PIXEL_LIMIT */
  readonly pixelLimit?: number;
  /** Most worker threads that decode. @default one per processor, at most 8 */
  readonly threads?: number;
}

/**
 * Opens a folder of pictures (its sub-folders are the classes) or a CSV manifest of `path,label`.
 * Nothing is decoded yet. Throws ImagesError if there is nothing there that could be used.
 */
export async function openImages(path: string, options: OpenImagesOptions = {}): Promise<ImageSource> {
  const { labels, alpha = 'drop', pixelLimit = DEFAULT_PIXEL_LIMIT, threads } = options;
  const settings = { alpha, pixelLimit, threads };
  if (await isFolder(path)) {
    const listing = await listFolder(path);
    return new FileSource(path, 'folder', labels ? await labelListing(listing, labels) : listing, settings);
  }
  if (!path.toLowerCase().endsWith('.csv')) {
    throw new ImagesError(
      `${JSON.stringify(path)} is a file: give a folder of pictures or a .csv file of path,label.`,
    );
  }
  if (labels) {
    throw new ImagesError(
      `${JSON.stringify(path)} has labels of its own: give ${labels} as the pictures or leave it out.`,
    );
  }
  return new FileSource(path, 'manifest', await listManifest(path), settings);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'cannot be read';
    throw new ImagesError(`${JSON.stringify(path)} ${reason}: check the path of the pictures.`, {
      cause: error,
    });
  }
}
