import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StorageError, UsageError } from '../../src/core/errors.js';
import { acquireLock, withLock } from '../../src/storage/lock.js';

const STALE_MS = 60_000;
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-lock-'));
  path = join(folder, '.lock');
});
afterEach(() => rm(folder, { recursive: true }));

describe('a lock', () => {
  it('is given back by work that ends, and by work that fails', async () => {
    expect(await withLock(path, { staleMs: STALE_MS }, async () => 'done')).toBe('done');
    const failing = withLock(path, { staleMs: STALE_MS }, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(await readdir(folder)).toEqual([]);
  });

  it('that another holds is refused at once, with the error of the caller', async () => {
    const held = await acquireLock(path, { staleMs: STALE_MS });
    await expect(acquireLock(path, { staleMs: STALE_MS })).rejects.toThrow(StorageError);
    const refuse = (cause: unknown) => new UsageError('Another one is at work: wait for it.', { cause });
    await expect(acquireLock(path, { staleMs: STALE_MS, refuse })).rejects.toThrow(UsageError);
    await held.release();
    await (await acquireLock(path, { staleMs: STALE_MS, refuse })).release();
  });

  it('is waited for as long as the caller says', async () => {
    const held = await acquireLock(path, { staleMs: STALE_MS });
    let waits = 0;
    const options = { staleMs: STALE_MS, waitMs: 600, onWait: () => waits++ };
    await expect(acquireLock(path, options)).rejects.toThrow(/holds the lock .*: wait for it\.$/);
    expect(waits).toBe(1);
    const next = acquireLock(path, { staleMs: STALE_MS, waitMs: Number.POSITIVE_INFINITY });
    await held.release();
    await (await next).release();
  });

  it('of a holder that was killed is taken over: when it is stale, or at once if the holder is known to be dead', async () => {
    await mkdir(path);
    await expect(acquireLock(path, { staleMs: STALE_MS })).rejects.toThrow(StorageError);
    await (await acquireLock(path, { staleMs: STALE_MS, isHolderDead: async () => true })).release();
    await mkdir(path);
    const longAgo = new Date(Date.now() - 2 * STALE_MS);
    await utimes(path, longAgo, longAgo);
    await (await acquireLock(path, { staleMs: STALE_MS })).release();
  });

  it('says that it was lost, and can be released all the same', async () => {
    const held = await acquireLock(path, { staleMs: 2000 });
    expect(held.isLost).toBe(false);
    await rm(path, { recursive: true });
    await expect.poll(() => held.isLost, { timeout: 5000 }).toBe(true);
    await held.release();
  });

  it('that cannot be written is a StorageError', async () => {
    await writeFile(path, 'a file');
    await expect(acquireLock(join(path, 'lock'), { staleMs: STALE_MS })).rejects.toThrow(StorageError);
  });
});
