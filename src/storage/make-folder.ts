import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it that are not there yet, one at a time: Node's recursive `mkdir` says ENOENT of a read-only disk, and
 * tries without end where a folder that is there refuses others with ENOENT, as /proc does.
 *
 * @returns the first that was made; undefined if it was there
 * @throws the system's error
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  const place = resolve(path);
  const missing = [place];
  for (let above = dirname(place); above !== missing[0] && !(await isThere(above)); above = dirname(above))
    missing.unshift(above);
  let first: string | undefined;
  for (const folder of missing) if (await makeOne(folder)) first ??= folder;
  return first;
}

/** Whether it was made; another process may be faster. */
async function makeOne(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    // Of a folder that is there, some disks say first that they are read-only or that nothing may be made.
    if (await isFolder(folder)) return false;
    throw error;
  }
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
