import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StorageError } from '../../core/errors.js';
import { guardStorage } from '../guard-storage.js';
import { sweepOnce } from '../leftovers.js';
import { HeldLock, type Lock } from './held-lock.js';
import { takeLockFolder } from './lock-folder.js';

const RETRY_MS = 500;

export interface LockOptions {
  /**
   * A lock of a process that can't be asked after from here (of another machine or container) is taken over when it was not
   * renewed for so long. At least 2,000.
   */
  readonly staleMs: number;
  /**
   * How long to wait for another holder; `Infinity` waits without end.
   * @default 0
   */
  readonly waitMs?: number;
  /** Called once, if there is something to wait for. */
  readonly onWait?: () => void;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
  /**
   * Makes the error for a lock that another process still holds after `waitMs`.
   * @default a StorageError that names the lock
   */
  readonly refuse?: () => Error;
}

/** The place of a lock for what is written at `path`, in the same folder; its name is short, however long that of `path` is. */
export function lockBeside(path: string): string {
  const digest = createHash('sha256').update(basename(path)).digest('hex').slice(0, 16);
  return join(dirname(path), `.ganeval-${digest}.lock`);
}

/**
 * Takes a lock between processes: a folder at `path` that exists while the lock is held. Its own folder must exist.
 *
 * The lock of a process that is known to be dead is taken over at once, that of a living one never, however long it is paused. Of a
 * process on another machine or in another container nothing is known but when it last renewed its lock: see `staleMs`.
 *
 * @throws {Error} what `refuse` makes, if another process holds the lock
 * @throws {StorageError} if the lock can't be written
 * @throws the signal's reason, if the waiting is aborted
 */
export async function acquireLock(path: string, options: LockOptions): Promise<Lock> {
  const { staleMs, waitMs = 0, onWait, signal, refuse = heldError(path) } = options;
  const waitUntil = Date.now() + waitMs;
  await sweepOnce(dirname(path));
  for (let tries = 0; ; tries++) {
    signal?.throwIfAborted();
    const owned = await guardStorage(path, () => takeLockFolder(path, staleMs));
    if (owned) return new HeldLock(owned, staleMs);
    if (Date.now() >= waitUntil) throw refuse();
    if (tries === 0) onWait?.();
    await sleep(RETRY_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}

function heldError(path: string): () => Error {
  return () => new StorageError(`Another process holds the lock ${path}: wait for it.`);
}

/**
 * Runs `work` while this process holds the lock at `path`.
 *
 * @throws as `acquireLock`, and what `work` throws
 */
export async function withLock<T>(
  path: string,
  options: LockOptions,
  work: (lock: Lock) => Promise<T>,
): Promise<T> {
  const held = await acquireLock(path, options);
  try {
    return await work(held);
  } finally {
    await held.release();
  }
}
