import { appendFile, open, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { READ_FLAGS } from '../open-regular.js';

/** The first line of a lock's file says which process; the second, where the lock was taken. */
const PLACE_LINE = 1;
/** A path can't be longer. */
const MAX_BYTES = 8192;

/**
 * Adds to a lock's file where its lock is.
 *
 * @param file of the lock, with its first line
 * @param path of the lock
 */
export async function writePlace(file: string, path: string): Promise<void> {
  // Some disks of Windows can't say it; their copies are then not told apart.
  const place = await realPlace(path).catch(() => undefined);
  // With quotes: a path may hold the end of a line.
  if (place !== undefined) await appendFile(file, `${JSON.stringify(place)}\n`);
}

/**
 * Whether a lock's file is only the copy of one, as in a copy of the folder of a running training: the lock where it was taken is still
 * there with the same owner, and is another file. A folder that was moved has its lock with it, and is no copy; nor is one that is
 * reached by another path.
 *
 * @param file of a lock, named by its owner's tag
 */
export async function isCopied(file: string): Promise<boolean> {
  try {
    const place = await readPlace(file);
    if (place === undefined || place === (await realPlace(dirname(file)))) return false;
    const [own, first] = await Promise.all(
      [file, join(place, basename(file))].map((each) => stat(each, { bigint: true })),
    );
    // Numbers of devices differ where one disk is mounted twice.
    return own.ino !== first.ino;
  } catch {
    // Nothing is known: it counts as its owner's.
    return false;
  }
}

async function realPlace(path: string): Promise<string> {
  return join(await realpath(dirname(resolve(path))), basename(path));
}

async function readPlace(file: string): Promise<string | undefined> {
  const handle = await open(file, READ_FLAGS);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_BYTES), 0, MAX_BYTES, 0);
    const place: unknown = JSON.parse(buffer.toString('utf8', 0, bytesRead).split('\n')[PLACE_LINE]);
    return typeof place === 'string' ? place : undefined;
  } finally {
    await handle.close();
  }
}
