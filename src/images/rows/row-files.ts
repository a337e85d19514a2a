import { join } from 'node:path';
import type { FileListing } from '../file-listing.js';
import { ALL_SPLITS, chooseSplits } from '../listing/splits.js';
import { listRows, type RowSet } from './row-set.js';

/**
 * Lists several files of rows as one set, or those of the split that is asked for; the files' names stand before the ids. Warns where
 * training and test pictures are taken together.
 */
export async function listRowFiles(
  folder: string,
  all: readonly string[],
  read: (path: string, prefix: string) => Promise<RowSet>,
  asked: string | undefined,
): Promise<FileListing> {
  const counts = new Map<string, number>();
  for (const name of all) counts.set(splitOf(name), (counts.get(splitOf(name)) ?? 0) + 1);
  const chosen = chooseSplits(
    JSON.stringify(folder),
    { counts, noun: ['file', 'files'] },
    asked ?? ALL_SPLITS,
  );
  const names = all.filter((name) => chosen.names.includes(splitOf(name)));
  const sets: RowSet[] = [];
  for (const name of names) sets.push(await read(join(folder, name), `${name.replace(/\.(bin|gz)$/, '')}/`));
  const [test] = all.filter((name) => splitOf(name) === 'test');
  const isMixed = asked === undefined && chosen.names.length > 1;
  const listing = listRows(
    sets,
    isMixed
      ? [
          `training and test pictures were taken as one set: name ${test} for the tests alone, or --split test`,
        ]
      : [],
  );
  return { ...listing, ...(asked !== undefined && { split: chosen.split }) };
}

/** The official files are for training or for tests, by their names. */
function splitOf(name: string): string {
  return /^(test|t10k)/.test(name) ? 'test' : 'train';
}
