import { join } from 'node:path';
import type { FileListing } from '../file-source.js';
import { listRows, type RowSet } from './row-set.js';

/**
 * Lists several files of rows as one set; the files' names stand before the ids. Warns where training and test pictures are
 * taken together.
 */
export async function listRowFiles(
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
