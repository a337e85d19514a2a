import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryName } from '../storage/leftovers.js';

/**
 * Removes the folder of a shard at once for everyone who reads it: nobody finds half a shard.
 *
 * @param root the store's folder
 * @returns false where it was gone
 * @throws the system's error
 */
export async function removeShard(root: string, folder: string): Promise<boolean> {
  const aside = join(root, temporaryName());
  try {
    await rename(folder, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
  return true;
}
