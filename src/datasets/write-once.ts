import { dirname } from 'node:path';
import { ImagesError, StorageError } from '../core/errors.js';
import { guardStorage } from '../storage/guard-storage.js';
import { lockBeside, withLock } from '../storage/locks/lock.js';
import { makeFolder } from '../storage/make-folder.js';
import { writeNew } from '../storage/write-whole.js';

// A lock that a run left that was killed elsewhere goes stale while this one waits.
const STALE_LOCK_MS = 10_000;
const WAIT_MS = 12_000;

/**
 * Writes a file or folder whole or not at all (see `writeNew`), while no other process writes the same.
 *
 * @param isWritten called when no other process writes; another one may have finished the work in the meantime
 * @throws {StorageError} if the disk is full, or another process took the place over
 * @throws {ImagesError} if another process writes the same
 */
export async function writeOnce(
  target: string,
  isWritten: () => Promise<boolean>,
  write: (partial: string) => Promise<void>,
): Promise<void> {
  const parent = dirname(target);
  await guardStorage(parent, () => makeFolder(parent));
  const refuse = () =>
    new ImagesError(`Another ganeval is writing ${target}: wait for it and run this again.`);
  const options = { staleMs: STALE_LOCK_MS, waitMs: WAIT_MS, refuse };
  await withLock(lockBeside(target), options, async (lock) => {
    if (await isWritten()) return;
    await writeNew(target, async (partial) => {
      await write(partial);
      if (!(await lock.isHeld())) {
        throw new StorageError(`Another ganeval took over the writing of ${target}: run this again.`);
      }
    });
  });
}
