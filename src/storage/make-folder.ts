import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it that are not there yet.
 *
 * @returns the first that was made; undefined if it was there
 * @throws the system's error. (`mkdir` itself says ENOENT of a read-only disk where it is to make folders above.)
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  try {
    return await mkdir(path, { recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(await firstMissing(path));
    return mkdir(path, { recursive: true });
  }
}

async function firstMissing(path: string): Promise<string> {
  let missing = resolve(path);
  while (dirname(missing) !== missing && !(await isThere(dirname(missing)))) missing = dirname(missing);
  return missing;
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
