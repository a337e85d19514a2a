import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { StorageError } from '../core/errors.js';
import { guardStorage } from './guard-storage.js';

const RETRY_MS = 500;

export interface LockOptions {
  /** A lock that its holder has not renewed for so long is taken over: the holder was killed. At least 2,000. */
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
  readonly refuse?: (cause: unknown) => Error;
  /** Whether the holder is known to be dead, so that there is nothing to wait for. */
  readonly isHolderDead?: () => Promise<boolean>;
}

/** A lock that this process holds. */
export interface Lock {
  /** Whether another process has taken the lock over or removed it, as happens after a long sleep of the machine. */
  readonly isLost: boolean;
  /** Gives the lock back. Never throws: a lock that is lost needs no giving back. */
  release(): Promise<void>;
}

/**
 * Takes a lock between processes: a folder at `path` that exists while the lock is held. Its own folder must exist.
 *
 * @throws {Error} what `refuse` makes, if another process holds the lock
 * @throws {StorageError} if the lock can't be written
 * @throws the signal's reason, if the waiting is aborted
 */
export async function acquireLock(path: string, options: LockOptions): Promise<Lock> {
  const { waitMs = 0, onWait, signal, refuse = heldError(path), isHolderDead } = options;
  const waitUntil = Date.now() + waitMs;
  let hasWaited = false;
  for (let tries = 0; ; tries++) {
    signal?.throwIfAborted();
    try {
      return await tryLock(path, options.staleMs);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
      if (tries === 0 && (await isHolderDead?.())) {
        await rm(path, { recursive: true, force: true });
        continue;
      }
      if (Date.now() >= waitUntil) throw refuse(error);
    }
    if (!hasWaited) onWait?.();
    hasWaited = true;
    await sleep(RETRY_MS);
  }
}

function heldError(path: string): (cause: unknown) => Error {
  return (cause) => new StorageError(`Another process holds the lock ${path}: wait for it.`, { cause });
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

/**
 * Takes the lock if it is free.
 *
 * @throws {Error} of the library, with the code ELOCKED, if another process holds the lock
 */
async function tryLock(path: string, staleMs: number): Promise<Lock> {
  let isLost = false;
  const options = {
    lockfilePath: path,
    realpath: false,
    stale: staleMs,
    onCompromised: () => {
      isLost = true;
    },
  };
  const release = await guardStorage(path, () => lock(path, options));
  return {
    get isLost() {
      return isLost;
    },
    release: () => release().catch(() => undefined),
  };
}
