import { randomBytes } from 'node:crypto';
import { open, realpath, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { guardStorage } from './guard-storage.js';

/**
 * Writes a file whole or leaves what was there: to a file beside it, forced to the disk, then renamed. A link is
 * followed. (write-file-atomic takes a short write on a nearly full disk for a whole one, so it is not used.)
 *
 * @throws {StorageError} if the disk is full or `path` can't be written
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await writeWholeWith(path, async (aside) => {
    const file = await open(aside, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/**
 * Lets `write` make a file under a temporary name beside `path`, which gets its name when it is complete. A link is followed.
 * Several processes may write the same file: the last one wins.
 *
 * @throws {StorageError} if the disk is full or `path` can't be written
 * @throws what `write` throws; the file at `path` is then as it was before
 */
export async function writeWholeWith(path: string, write: (aside: string) => Promise<void>): Promise<void> {
  await guardStorage(path, async () => {
    const target = await realpath(path).catch(() => path);
    const aside = `${target}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
    await moveWhenComplete(aside, write, () => rename(aside, target));
  });
}

/**
 * Lets `write` make a new file or folder under a hidden name beside `path`, which gets its name when it is complete. What a killed
 * process left under the hidden name is removed first, and an empty folder at `path` is replaced. One process at a time may
 * write the same.
 *
 * @throws {StorageError} if the disk is full or `path` can't be written
 * @throws what `write` throws; nothing is then left
 */
export async function writeNew(path: string, write: (aside: string) => Promise<void>): Promise<void> {
  const aside = join(dirname(path), `.${basename(path)}.partial`);
  await guardStorage(path, async () => {
    await rm(aside, { recursive: true, force: true });
    await moveWhenComplete(aside, write, async () => {
      await rmdir(path).catch(() => undefined);
      await rename(aside, path);
    });
  });
}

/** Lets `write` make something at `aside` and `move` bring it to its place; what is left at `aside` is removed in any case. */
export async function moveWhenComplete(
  aside: string,
  write: (aside: string) => Promise<void>,
  move: () => Promise<void>,
): Promise<void> {
  try {
    await write(aside);
    await move();
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}
