import type { Stats } from 'node:fs';
import { access, constants, type FileHandle, open, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { guardStorage } from './guard-storage.js';
import { keepFresh, sweepLeftovers, sweepOnce, temporaryName } from './leftovers.js';
import { syncFolder, withReachableFolder } from './open-folder.js';
import { streamRegular } from './open-regular.js';
import { withTemporaryFolder } from './temporary-folder.js';
import { findTarget, type WriteTarget } from './write-target.js';
import { writeThrough } from './write-through.js';

/** What a write may be told besides its content. */
export interface WriteOptions {
  /**
   * Called when the content is whole and on the disk, right before it takes its place; what it throws ends the write, and what was there
   * stays. It is where to ask whether a lock is still held: the process may have been paused since.
   */
  readonly beforeReplace?: () => Promise<void>;
  /** Ends the waiting for whoever reads from a pipe. A file is written all the same. */
  readonly signal?: AbortSignal;
}

/**
 * Writes a file whole or leaves what was there: to a file beside it, forced to the disk, then renamed. Mode, group and owner stay as far
 * as the system allows, and a link is followed. A device, pipe or descriptor is written to, not replaced.
 * (write-file-atomic takes a short write on a nearly full disk for a whole one, so it is not used.)
 *
 * @throws {StorageError} if the disk is full or `path` can't be written
 * @throws what `beforeReplace` throws, and the reason of an aborted signal
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  { beforeReplace, signal }: WriteOptions = {},
): Promise<void> {
  await guardStorage(path, async () => {
    const target = findTarget(path);
    if (target.kind === 'stream') {
      await beforeReplace?.();
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      await writeThrough(target, [bytes], signal);
    } else {
      await replaceFile(target, async (aside) => {
        const file = await openNew(aside, target.old);
        try {
          await file.writeFile(content);
          await finishFile(file, target.old);
        } finally {
          await file.close();
        }
        await beforeReplace?.();
      });
    }
  });
}

/**
 * Lets `write` make a file under a temporary name beside `path`, which gets its name when it is complete; see `writeWhole`.
 * Several processes may write the same file: the last one wins.
 *
 * @throws {StorageError} if the disk is full or `path` can't be written
 * @throws what `write` throws; the file at `path` is then as it was before
 * @throws the reason of an aborted signal
 */
export async function writeWholeWith(
  path: string,
  write: (aside: string) => Promise<void>,
  { signal }: Pick<WriteOptions, 'signal'> = {},
): Promise<void> {
  await guardStorage(path, async () => {
    const target = findTarget(path);
    if (target.kind === 'stream') {
      await withTemporaryFolder(async (folder) => {
        const aside = join(folder, 'whole');
        await write(aside);
        await writeThrough(target, await streamRegular(aside), signal);
      });
    } else {
      await replaceFile(target, async (aside) => {
        await (await openNew(aside, target.old)).close();
        await write(aside);
        const file = await open(aside, 'r+');
        try {
          await finishFile(file, target.old);
        } finally {
          await file.close();
        }
      });
    }
  });
}

/**
 * Lets `write` make a new file or folder under a temporary name beside `path`, which gets its name when it is complete. An empty
 * folder at `path` is replaced. One process at a time may write the same.
 *
 * @throws {StorageError} if the disk is full or `path` can't be written
 * @throws what `write` throws; nothing is then left
 */
export async function writeNew(path: string, write: (aside: string) => Promise<void>): Promise<void> {
  const folder = dirname(path);
  await guardStorage(path, async () => {
    await sweepLeftovers(folder);
    await moveWhenComplete(join(folder, temporaryName()), write, async (aside) => {
      await rmdir(path).catch(() => undefined);
      await rename(aside, path);
    });
    await syncFolder(folder);
  });
}

/** Lets `write` make something at `aside` and `move` bring it to its place; what is left at `aside` is removed in any case. */
export async function moveWhenComplete(
  aside: string,
  write: (aside: string) => Promise<void>,
  move: (aside: string) => Promise<void>,
): Promise<void> {
  const stopKeeping = keepFresh(aside);
  try {
    await write(aside);
    await move(aside);
  } finally {
    stopKeeping();
    await rm(aside, { recursive: true, force: true });
  }
}

async function replaceFile(
  { path, old }: Extract<WriteTarget, { kind: 'file' }>,
  write: (aside: string) => Promise<void>,
): Promise<void> {
  // A file that is protected from writing would be replaced all the same: its folder alone decides that.
  if (old) await access(path, constants.W_OK);
  const folder = dirname(path);
  await sweepOnce(folder);
  await withReachableFolder(folder, async (reach) => {
    await moveWhenComplete(join(reach, temporaryName()), write, (aside) => rename(aside, path));
    await syncFolder(reach);
  });
}

/** A file that takes the place of another may hold what not all may read. */
function openNew(aside: string, old: Stats | undefined): Promise<FileHandle> {
  return open(aside, 'wx', old ? 0o600 : 0o666);
}

/** Gives a file the mode, group and owner of the one that it replaces, and forces it to the disk. */
async function finishFile(file: FileHandle, old: Stats | undefined): Promise<void> {
  if (old) await keepRights(file, old);
  await file.sync();
}

async function keepRights(file: FileHandle, old: Stats): Promise<void> {
  const made = await file.stat();
  let mode = old.mode & 0o777;
  if (made.uid !== old.uid || made.gid !== old.gid) {
    await file
      .chown(old.uid, old.gid)
      // Only root may give a file away, but a group of one's own can be kept.
      .catch(() => file.chown(made.uid, old.gid))
      .catch(() => {
        // Another group must not get what that of the old file had.
        mode = (mode & ~0o070) | (mode & 0o070 & ((mode & 0o007) << 3));
      });
  }
  await file.chmod(mode).catch(ignoreNotPermitted);
}

/** Disks of other systems have no modes. */
function ignoreNotPermitted(error: NodeJS.ErrnoException): void {
  if (!['EPERM', 'ENOSYS', 'ENOTSUP'].includes(error.code ?? '')) throw error;
}
