import { UsageError } from '../core/errors.js';
import { DATASETS } from './catalogue.js';
import { countPictures, type Dataset, type DatasetName, type SplitName } from './dataset.js';
import { PART_NAME } from './part-name.js';

/** Rows of a data set that a name stands for. */
export interface DatasetPart {
  readonly dataset: Dataset;
  readonly split: SplitName;
  /** From 0. */
  readonly start: number;
  readonly end: number;
}

/**
 * Reads the name of a part of a data set: `mnist:test`, or `mnist:train:50000:60000` for rows from 50,000 up to 60,000, from 0.
 *
 * @throws {UsageError} for rows that there are not, or another text
 */
export function parseDatasetPart(name: string): DatasetPart {
  const [, id, split, from, to] = PART_NAME.exec(name) ?? [];
  if (id === undefined)
    throw new UsageError(`${name} names no part of a data set: write cifar10:test or mnist:train.`);
  const dataset = DATASETS[id as DatasetName];
  const count = countPictures(dataset.splits[split as SplitName]);
  const [start, end] = from === undefined ? [0, count] : [Number(from), Number(to)];
  if (start >= end || end > count) {
    throw new UsageError(
      `${name} has no rows ${start} to ${end}: ${id}'s ${split} split has rows 0 to ${count}.`,
    );
  }
  return { dataset, split: split as SplitName, start, end };
}
