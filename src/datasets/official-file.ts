import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ImagesError } from '../core/errors.js';

/**
 * Path of the first of `names` that is a file in `folder` or in one of its `subfolders`.
 *
 * @throws {ImagesError} if the folder has none of them
 */
export async function findOfficialFile(
  folder: string,
  subfolders: readonly string[],
  names: readonly string[],
): Promise<string> {
  for (const subfolder of ['', ...subfolders]) {
    for (const name of names) {
      const path = join(folder, subfolder, name);
      const facts = await stat(path).catch(() => undefined);
      if (facts?.isFile()) return path;
    }
  }
  throw new ImagesError(
    `The data folder ${folder} has no file ${names.join(' or ')}: put the data set's official binary files there.`,
  );
}

/**
 * Refuses labels that are not class indices.
 *
 * @throws {ImagesError} unless every label is below `classes`
 */
export function checkLabels(labels: ArrayLike<number>, classes: number, file: string): void {
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row];
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new ImagesError(
        `${file} gives picture ${row} the label ${label}, where 0 to ${classes - 1} are possible: the file is damaged, get it again.`,
      );
    }
  }
}
