import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** What the name of a folder begins with that is being removed. */
export const REMOVING = 'removing-';

/**
 * Removes the folder of a shard at once for everyone who reads it: nobody finds half a shard.
 *
 * @param root the store's folder
 * @returns false where it was gone
 * @throws the system's error
 */
export async function removeShard(root: string, folder: string): Promise<boolean> {
  const aside = join(root, REMOVING + randomBytes(8).toString('hex'));
  try {
    await rename(folder, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
  return true;
}
