import { mkdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { lock } from 'proper-lockfile';
import { ImagesError } from '../core/errors.js';
import { explainStorageError } from '../storage/guard-storage.js';

/**
 * Writes a file or folder under a hidden name beside it, which gets its own when it is complete; on an error or an abort
 * it is removed. Throws StorageError if the disk is full, ImagesError if another process writes the same.
 *
 * @param isWritten asked once no other process writes: one may have done the work meanwhile
 */
export async function writeOnce(
  target: string,
  isWritten: () => Promise<boolean>,
  write: (partial: string) => Promise<void>,
): Promise<void> {
  const parent = dirname(target);
  const partial = join(parent, `.${basename(target)}.partial`);
  try {
    await mkdir(parent, { recursive: true });
    await underLock(target, async () => {
      if (await isWritten()) return;
      // A killed run may have left one.
      await rm(partial, { recursive: true, force: true });
      try {
        await write(partial);
        await rmdir(target).catch(() => undefined);
        await rename(partial, target);
      } finally {
        await rm(partial, { recursive: true, force: true });
      }
    });
  } catch (error) {
    throw explainStorageError(error, parent);
  }
}

async function underLock(target: string, work: () => Promise<void>): Promise<void> {
  const release = await lock(target, {
    realpath: false,
    lockfilePath: join(dirname(target), `.${basename(target)}.lock`),
    // A lock that a killed run left goes stale while we try again.
    stale: 5000,
    retries: { retries: 8, factor: 1, minTimeout: 1000 },
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ELOCKED') throw error;
    throw new ImagesError(`Another ganeval is writing ${target}: wait for it and run this again.`, {
      cause: error,
    });
  });
  try {
    await work();
  } finally {
    await release();
  }
}
