import { rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit } from './at-exit.js';
import { guardStorage } from './guard-storage.js';
import { keepFresh, sweepOnce, temporaryName } from './leftovers.js';
import { temporaryPlace } from './temporary-place.js';

/** A folder for the time of some work. */
export interface TemporaryFolder {
  readonly path: string;
  /** Removes it with all that is in it. */
  close(): Promise<void>;
}

/**
 * Makes a folder in the system's folder for temporary files, which nobody else may read. It is removed by `close`, when the
 * process ends, or, if it is killed, by the next process that makes one.
 *
 * @throws {StorageError} if it can't be made
 */
export async function openTemporaryFolder(): Promise<TemporaryFolder> {
  const root = tmpdir();
  const path = join(root, temporaryName());
  await sweepOnce(root);
  await guardStorage(root, () => mkdir(path, { mode: 0o700 }), temporaryPlace());
  const stopKeeping = keepFresh(path);
  const forget = atExit(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    async close() {
      stopKeeping();
      await rm(path, { recursive: true, force: true });
      forget();
    },
  };
}

/**
 * Runs `work` with a folder as `openTemporaryFolder` makes it, and removes it.
 *
 * @throws {StorageError} if it can't be made, and what `work` throws
 */
export async function withTemporaryFolder<T>(work: (path: string) => Promise<T>): Promise<T> {
  const folder = await openTemporaryFolder();
  try {
    return await work(folder.path);
  } finally {
    await folder.close();
  }
}
