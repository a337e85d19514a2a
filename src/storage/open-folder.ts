import { constants, open } from 'node:fs/promises';

/** Room for the name of something temporary in a path; the last byte ends it. */
const NAME_BYTES = 80;
const MAX_PATH_BYTES = 4096;

/** Forces to the disk which names a folder has, so that a file that was renamed is there after a power cut; where there is such a thing. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, constants.O_RDONLY | (constants.O_DIRECTORY ?? 0)).catch(() => undefined);
  try {
    await handle?.sync();
  } catch (error) {
    // Network disks and the like may not know how; a disk that fails is another matter.
    if ((error as NodeJS.ErrnoException).code === 'EIO') throw error;
  } finally {
    await handle?.close();
  }
}

/**
 * Gives `use` a path of the folder to which a temporary name can be added: the folder's own, unless it is nearly as long as a path can
 * be. Linux knows a short one for a folder that is open.
 */
export async function withReachableFolder<T>(folder: string, use: (reach: string) => Promise<T>): Promise<T> {
  const isShort = Buffer.byteLength(folder) + NAME_BYTES < MAX_PATH_BYTES;
  if (isShort || process.platform !== 'linux') return use(folder);
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return await use(`/proc/self/fd/${handle.fd}`);
  } finally {
    await handle.close();
  }
}
