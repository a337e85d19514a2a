import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { StorageError } from '../core/errors.js';
import { guardStorage } from '../storage/guard-storage.js';
import { makeFolder } from '../storage/make-folder.js';

/** Of a watch, in the watched folder. */
export const STATE_FOLDER = '.ganeval';
/** In the state folder. */
export const LOG_FILE = 'watch.jsonl';
export const TABLE_FILE = 'watch.csv';
export const SHEETS_FOLDER = 'sheets';

/**
 * Makes the folder of a watch's own files. Whoever made the watched folder may have put links there; through one, a watch would cut,
 * lengthen or remove files elsewhere.
 *
 * @returns its path
 * @throws {StorageError} if it can't be made, or has a link where a watch writes in place
 */
export async function makeStateFolder(watched: string): Promise<string> {
  const state = join(watched, STATE_FOLDER);
  const inPlace = [LOG_FILE, TABLE_FILE, SHEETS_FOLDER].map((name) => join(state, name));
  for (const path of [state, ...inPlace]) {
    const facts = await lstat(path).catch(() => undefined);
    if (!facts?.isSymbolicLink()) continue;
    throw new StorageError(`${path} is a link, and the watch would write where it leads: remove it.`);
  }
  await guardStorage(state, () => makeFolder(state));
  return state;
}
