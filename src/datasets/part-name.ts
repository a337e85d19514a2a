import { DATASET_NAMES, SPLITS } from './dataset.js';

/** A part of a data set by its name: `mnist:test`, or `mnist:train:50000:60000`. */
export const PART_NAME = new RegExp(
  `^(${DATASET_NAMES.join('|')}):(${SPLITS.join('|')})(?::(\\d+):(\\d+))?$`,
);

/** Whether a text names a part of a data set, and no path. */
export function isDatasetPart(name: string): boolean {
  return PART_NAME.test(name);
}
