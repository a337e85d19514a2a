import { stat } from 'node:fs/promises';
import { readZipDirectory } from './archives/zip-directory.js';
import { type FileListing, FileSource } from './file-source.js';
import { listFolder } from './folder.js';
import type { ImageSource } from './image-source.js';
import { ImagesError, isSystemError } from './images-error.js';
import { detectFileKind } from './input-kind.js';
import { labelListing } from './label-listing.js';
import { listManifest } from './manifest.js';
import { type AlphaMode, DEFAULT_PIXEL_LIMIT } from './picture.js';
import { listNpy } from './rows/npy.js';
import { listNpz } from './rows/npz.js';

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

interface OpenedListing {
  readonly kind: string;
  readonly listing: FileListing;
}

/**
 * Opens a folder of pictures (its sub-folders are the classes), a CSV manifest of `path,label`, or an `.npz` or `.npy`
 * array of pictures. Nothing is decoded yet. Throws ImagesError if there is nothing there that could be used.
 */
export async function openImages(path: string, options: OpenImagesOptions = {}): Promise<ImageSource> {
  const { labels, alpha = 'drop', pixelLimit = DEFAULT_PIXEL_LIMIT, threads } = options;
  const settings = { alpha, pixelLimit, threads };
  try {
    const { kind, listing } = await list(path);
    if (labels && kind === 'manifest') {
      throw new ImagesError(
        `${JSON.stringify(path)} has labels of its own: give ${labels} as the pictures or leave it out.`,
      );
    }
    return new FileSource(path, kind, labels ? await labelListing(listing, labels) : listing, settings);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const reason = error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.message})`;
    throw new ImagesError(`${JSON.stringify(path)} ${reason}: check the path of the pictures.`, {
      cause: error,
    });
  }
}

async function list(path: string): Promise<OpenedListing> {
  const stats = await stat(path);
  if (stats.isDirectory()) return { kind: 'folder', listing: await listFolder(path) };
  if (!stats.isFile()) {
    throw new ImagesError(
      `${JSON.stringify(path)} is not a regular file: give a folder or file of pictures.`,
    );
  }
  switch (await detectFileKind(path)) {
    case 'csv':
      return { kind: 'manifest', listing: await listManifest(path) };
    case 'npy':
      return { kind: 'npy', listing: await listNpy(path) };
    case 'zip': {
      const { entries } = await readZipDirectory(path);
      return { kind: 'npz', listing: await listNpz(path, entries) };
    }
    default:
      throw new ImagesError(
        `${JSON.stringify(path)} is a file: give a folder of pictures or a .csv file of path,label.`,
      );
  }
}
