import { lstat, opendir, rm, utimes } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { makeTag, ownerOf, stateOf, TAG_PATTERN } from './owner-tag.js';

const PREFIX = '.ganeval-';
const SUFFIX = '.tmp';
const NAME = new RegExp(`^\\.ganeval-(${TAG_PATTERN})\\.tmp$`);
/**
 * What nobody wrote to for so long is left by a process that is gone, on whatever machine it ran. Who needs something longer
 * touches it in the meantime: see `keepFresh`.
 */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

const TOUCHED_MS = 60 * 60 * 1000;
/** A process that runs for weeks sees what others left meanwhile. */
const SWEPT_MS = 10 * 60 * 1000;

/** When each folder was swept last. */
const sweptAt = new Map<string, number>();

/**
 * A name for a file or folder that is there only until it gets its own name, or is removed. It is short, whatever it stands for, and
 * says whose it is.
 */
export function temporaryName(): string {
  return `${PREFIX}${makeTag()}${SUFFIX}`;
}

/** Whether a file of this name is a temporary one of ganeval's, of whatever process. */
export function isTemporaryName(name: string): boolean {
  return NAME.test(name);
}

/**
 * Keeps something temporary from being taken for abandoned, however long the work on it lasts.
 *
 * @returns what ends it
 */
export function keepFresh(path: string): () => void {
  const touch = () => utimes(path, new Date(), new Date()).catch(() => undefined);
  const timer = setInterval(touch, TOUCHED_MS).unref();
  return () => clearInterval(timer);
}

/** `sweepLeftovers`, unless this process has swept the folder some minutes ago. */
export async function sweepOnce(folder: string): Promise<void> {
  const place = resolve(folder);
  if (Date.now() - (sweptAt.get(place) ?? 0) < SWEPT_MS) return;
  sweptAt.set(place, Date.now());
  await sweepLeftovers(place);
}

/**
 * Removes the temporary files and folders that processes left in a folder that ended before they could: those whose owner is known to
 * be dead, and those of an unknown owner that are a day old. Nothing else is touched, and nothing of another user. It never
 * throws: what can't be removed stays.
 *
 * @returns how many were removed
 */
export async function sweepLeftovers(folder: string): Promise<number> {
  let removed = 0;
  try {
    for await (const { name } of await opendir(folder)) {
      if (isTemporaryName(name) && (await removeIfLeft(join(folder, name)))) removed++;
    }
  } catch {
    // No folder, or none that may be read.
  }
  return removed;
}

async function removeIfLeft(path: string): Promise<boolean> {
  try {
    if (!(await isLeft(path))) return false;
    await rm(path, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether something temporary was left by a process that is gone, and is this user's; see `sweepLeftovers`.
 *
 * @param now milliseconds since 1970
 * @throws the system's error, as where it is absent
 */
export async function isLeft(path: string, now = Date.now()): Promise<boolean> {
  const [, tag = ''] = NAME.exec(basename(path)) ?? [];
  const owner = ownerOf(tag);
  const state = owner ? stateOf(owner) : 'unknown';
  const facts = await lstat(path);
  // In a folder that all may write to, the name alone proves nothing.
  if (process.getuid && facts.uid !== process.getuid()) return false;
  return state === 'dead' || (state === 'unknown' && now - facts.mtimeMs > ABANDONED_MS);
}
