import { extract } from 'tar';
import { explainStorageError } from '../storage/guard-storage.js';
import { openTemporaryFolder } from '../storage/temporary-folder.js';

import { DATASETS } from './catalogue.js';
import { countPictures, type Dataset, type LabeledBlock, type SplitName } from './dataset.js';

/** Where a data set's bytes are: the path of the npm tarball, or of the folder with the authors' own binary files. */
export type DatasetOrigin = { readonly tarball: string } | { readonly dataDir: string };

/** A split in memory. */
export interface LabeledPictures {
  /** Pictures in the split. */
  readonly count: number;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** 1 for gray, 3 for RGB. */
  readonly channels: 1 | 3;
  /** uint8 [count, height, width, channels] row-major, 0–255 (for gray sets that is [count, height, width]). */
  readonly pictures: Uint8Array;
  /** Index into `classNames` per picture, uint8 [count]. */
  readonly labels: Uint8Array;
  /** Names of the classes, in order of the labels. */
  readonly classNames: readonly string[];
}

/**
 * Reads a split of CIFAR-10 (Krizhevsky 2009) into memory: train is 50,000 pictures (154 MB), test 10,000 (31 MB).
 *
 * @param origin the path of the npm tarball, or of the folder with the authors' own binary files
 * @param split 'train' or 'test'
 * @param signal ends the reading with its reason
 * @returns pictures uint8 [count, 32, 32, 3], 0–255, and labels uint8 [count], 0–9, in the order of the authors' files
 * @throws {ImagesError} if a file is missing or can't be used
 * @throws the signal's reason, if it is aborted
 *
 * @example
 * ```ts
 * const { pictures, labels } = await readCifar10({ dataDir: './cifar-10-batches-bin' }, 'test');
 * ```
 */
export function readCifar10(
  origin: DatasetOrigin,
  split: SplitName,
  signal?: AbortSignal,
): Promise<LabeledPictures> {
  return readSplit(DATASETS.cifar10, origin, split, signal);
}

/**
 * Reads a split of MNIST (LeCun et al. 1998) into memory: train is 60,000 pictures (47 MB), test 10,000 (8 MB).
 *
 * @param origin the path of the npm tarball, or of the folder with the authors' own binary files
 * @param split 'train' or 'test'
 * @param signal ends the reading with its reason
 * @returns pictures uint8 [count, 28, 28], 0–255, and labels uint8 [count], 0–9, in the order of the authors' files
 * @throws {ImagesError} if a file is missing or can't be used
 * @throws the signal's reason, if it is aborted
 *
 * @example
 * ```ts
 * const { pictures, labels } = await readMnist({ dataDir: './mnist' }, 'train');
 * ```
 */
export function readMnist(
  origin: DatasetOrigin,
  split: SplitName,
  signal?: AbortSignal,
): Promise<LabeledPictures> {
  return readSplit(DATASETS.mnist, origin, split, signal);
}

export async function readSplit(
  dataset: Dataset,
  origin: DatasetOrigin,
  split: SplitName,
  signal?: AbortSignal,
): Promise<LabeledPictures> {
  const { width, height, channels, classNames } = dataset;
  const count = countPictures(dataset.splits[split]);
  const pictures = new Uint8Array(count * width * height * channels);
  const labels = new Uint8Array(count);
  let row = 0;
  for await (const block of readBlocks(dataset, origin, split, signal)) {
    pictures.set(block.pixels, row * width * height * channels);
    labels.set(block.labels, row);
    row += block.labels.length;
  }
  return { count, width, height, channels, pictures, labels, classNames };
}

/** The rows of a split in order, one of its files at a time, so that only one is in memory. */
export async function* readBlocks(
  dataset: Dataset,
  origin: DatasetOrigin,
  split: SplitName,
  signal?: AbortSignal,
): AsyncGenerator<LabeledBlock, void, void> {
  signal?.throwIfAborted();
  if ('dataDir' in origin) {
    const files = await dataset.findOfficialFiles(dataset, split, origin.dataDir);
    for await (const block of dataset.readOfficialFiles(dataset, split, files)) {
      signal?.throwIfAborted();
      yield block;
    }
    return;
  }
  const folder = await openTemporaryFolder();
  try {
    await extractEntries(origin.tarball, dataset.tarballEntries(dataset, split), folder.path);
    for await (const block of dataset.readTarball(dataset, split, folder.path)) {
      signal?.throwIfAborted();
      yield block;
    }
  } finally {
    await folder.close();
  }
}

/** Extracts the named entries and nothing else. */
async function extractEntries(tarball: string, entries: readonly string[], folder: string): Promise<void> {
  const wanted = new Set(entries);
  try {
    await extract({ file: tarball, cwd: folder, strict: true, filter: (path) => wanted.has(path) });
  } catch (error) {
    throw explainStorageError(error, folder);
  }
}
