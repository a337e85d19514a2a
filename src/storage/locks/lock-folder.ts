import { mkdir, open, readdir, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { temporaryName } from '../leftovers.js';
import { READ_FLAGS } from '../open-regular.js';
import { makeTag, ownerOf, stateOf } from '../owner-tag.js';
import { isCopied, writePlace } from './lock-place.js';

/** What says that there is something in the way; Windows says EPERM, or EACCES, where others say ENOTEMPTY. */
const IN_THE_WAY = ['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES'];

/** Others may be quicker, one after the other; then they are waited for. */
const TRIES = 20;

/** The folder that is a lock, and the file in it that says whose it is. */
export interface LockFolder {
  readonly path: string;
  /** Its name is the owner's tag. Who has taken the lock over has removed it, and put another. */
  readonly ownerFile: string;
}

/**
 * Takes a lock that is free, or whose owner is gone.
 *
 * The folder comes with the owner's file in it, by one rename, so that a lock always says whose it is; and a folder with a file in it
 * can't be replaced. To take a lock over is to remove the file of that one owner: of several processes that try, one takes the
 * lock, and none removes what another has just taken.
 *
 * @returns undefined if another process holds it
 * @throws the system's error if it can't be written
 */
export async function takeLockFolder(path: string, staleMs: number): Promise<LockFolder | undefined> {
  const tag = makeTag();
  const aside = join(dirname(path), temporaryName());
  try {
    await mkdir(aside);
    const file = join(aside, tag);
    await renewFile(file, 'wx');
    await writePlace(file, path);
    for (let tries = 0; tries < TRIES; tries++) {
      if (await moveIfFree(aside, path)) return { path, ownerFile: join(path, tag) };
      if (!(await removeIfGone(path, file, staleMs))) break;
    }
    return undefined;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** Says in a lock's file, by the clock of the disk that it is on, that the owner lives; on Windows and NFS, when it is closed. */
export async function renewFile(file: string, flags: 'wx' | 'r+'): Promise<void> {
  const handle = await open(file, flags);
  try {
    await handle.write(`process ${process.pid} on ${hostname()}\n`, 0);
  } finally {
    await handle.close();
  }
}

async function moveIfFree(aside: string, path: string): Promise<boolean> {
  try {
    // An empty folder was left by a process that ended as it gave the lock back, or took it over.
    if (process.platform === 'win32') await rmdir(path).catch(() => undefined);
    await rename(aside, path);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (IN_THE_WAY.includes(code) && (await isFolder(path))) return false;
    throw error;
  }
}

/** Whether the lock can be had now: its owner was gone, it came with a copy of its folder, or its owner has given it back meanwhile. */
async function removeIfGone(path: string, ownFile: string, staleMs: number): Promise<boolean> {
  const names = await readdir(path).catch(ignoreAbsent);
  if (!names?.length) return true;
  for (const name of names) {
    if (!(await isGone(join(path, name), name, { ownFile, staleMs }))) return false;
    await unlink(join(path, name)).catch(ignoreAbsent);
  }
  return true;
}

async function isGone(
  file: string,
  name: string,
  { ownFile, staleMs }: { ownFile: string; staleMs: number },
): Promise<boolean> {
  if (await isCopied(file)) return true;
  const owner = ownerOf(name);
  const state = owner ? stateOf(owner) : 'unknown';
  if (state !== 'unknown') return state === 'dead';
  // Both times are of the disk's clock: those of two machines may differ.
  await renewFile(ownFile, 'r+');
  const [now, renewed] = [await timeOf(ownFile), await timeOf(file)];
  return renewed === undefined || (now !== undefined && now - renewed > staleMs);
}

/** When a file was written; it is opened for it, since network disks may keep what they last said of it for a minute. */
async function timeOf(file: string): Promise<number | undefined> {
  const handle = await open(file, READ_FLAGS).catch(ignoreAbsent);
  if (!handle) return undefined;
  try {
    return (await handle.stat()).mtimeMs;
  } finally {
    await handle.close();
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isDirectory(),
    () => true,
  );
}

function ignoreAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
