import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readZipDirectory } from '../archives/zip/zip-directory.js';
import { ImagesError } from '../core/errors.js';
import { describeSystemError, isSystemError } from '../storage/system-error.js';
import { listShards, listTar } from './archives/tar.js';
import { listZip } from './archives/zip.js';
import { type FileListing, FileSource } from './file-source.js';
import { listFolder } from './folder.js';
import type { ImageSource } from './image-source.js';

import { detectFileKind, detectFolderKind } from './input-kind.js';
import { labelListing } from './labels/label-listing.js';
import { listManifest } from './manifest.js';
import { type AlphaMode, DEFAULT_PIXEL_LIMIT } from './picture.js';
import { readCifarRows } from './rows/cifar.js';
import { isPackedIdx, readIdxRows } from './rows/idx.js';
import { readNpyRows } from './rows/npy.js';
import { readNpzRows } from './rows/npz.js';
import { listRows, type RowSet } from './rows/row-set.js';

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

interface OpenedListing {
  readonly kind: string;
  readonly listing: FileListing;
}

/**
 * Opens pictures in any of the forms in which they are exchanged: a folder (its sub-folders are the classes), a `.zip` or
 * `.tar` of one, a folder of `.tar` shards, a table of paths and labels (`.csv`, `.jsonl`), an array (`.npz`, `.npy`), or
 * the official files of CIFAR and MNIST. Nothing is decoded yet. Throws ImagesError if there is nothing there that
 * could be used.
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
    const reason =
      error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${describeSystemError(error)})`;
    throw new ImagesError(`${JSON.stringify(path)} ${reason}: check the path of the pictures.`, {
      cause: error,
    });
  }
}

async function list(path: string): Promise<OpenedListing> {
  const stats = await stat(path);
  if (stats.isDirectory()) return listDirectory(path);
  if (!stats.isFile()) {
    throw new ImagesError(
      `${JSON.stringify(path)} is not a regular file: give a folder or file of pictures.`,
    );
  }
  const kind = await detectFileKind(path);
  switch (kind) {
    case 'csv':
    case 'jsonl':
      return { kind: 'manifest', listing: await listManifest(path) };
    case 'npy':
      return { kind, listing: listRows([await readNpyRows(path)]) };
    case 'cifar':
      return { kind, listing: listRows([await readCifarRows(path)]) };
    case 'idx':
      return { kind, listing: listRows([await readIdxRows(path)]) };
    case 'tar':
      return { kind, listing: await listTar(path) };
    case 'zip':
      return listZipFile(path);
    case 'gzip':
      if (await isPackedIdx(path)) return { kind: 'idx', listing: listRows([await readIdxRows(path)]) };
      throw new ImagesError(
        `${JSON.stringify(path)} is packed by gzip, where no picture can be reached without all before it: unpack it with gunzip first.`,
      );
    default:
      throw new ImagesError(
        `${JSON.stringify(path)} is a file of no known kind: give a folder of pictures, a .zip, .tar, .npz or .npy of them, or a .csv or .jsonl file of path and label.`,
      );
  }
}

async function listDirectory(path: string): Promise<OpenedListing> {
  const found = await detectFolderKind(path);
  switch (found.kind) {
    case 'tar':
      return { kind: 'tar', listing: await listShards(path, found.names) };
    case 'cifar':
      return { kind: 'cifar', listing: await listRowFiles(path, found.names, readCifarRows) };
    case 'idx':
      return { kind: 'idx', listing: await listRowFiles(path, found.names, readIdxRows) };
    default:
      return { kind: 'folder', listing: await listFolder(path) };
  }
}

async function listRowFiles(
  folder: string,
  names: readonly string[],
  read: (path: string, prefix: string) => Promise<RowSet>,
): Promise<FileListing> {
  const sets: RowSet[] = [];
  for (const name of names) sets.push(await read(join(folder, name), `${name.replace(/\.(bin|gz)$/, '')}/`));
  const tests = names.filter((name) => /^(test|t10k)/.test(name));
  const isMixed = tests.length > 0 && tests.length < names.length;
  return listRows(
    sets,
    isMixed ? [`training and test pictures were taken as one set: name ${tests[0]} for the tests alone`] : [],
  );
}

/** An `.npz` file is a zip archive of arrays. */
async function listZipFile(path: string): Promise<OpenedListing> {
  const { entries } = await readZipDirectory(path);
  const isNpz = entries.length > 0 && entries.every(({ name }) => name.endsWith('.npy'));
  if (isNpz || path.toLowerCase().endsWith('.npz')) {
    return { kind: 'npz', listing: listRows([await readNpzRows(path, entries)]) };
  }
  return { kind: 'zip', listing: await listZip(path, entries) };
}
