import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StorageError, UsageError } from '../../src/core/errors.js';
import { acquireLock, lockBeside, withLock } from '../../src/storage/locks/lock.js';
import { makeTag, type Owner, thisProcess } from '../../src/storage/owner-tag.js';

const BUILT = join(import.meta.dirname, '../../dist/storage/locks/lock.js');
const STALE_MS = 60_000;
const ELSEWHERE: Owner = { space: '0123456789ab', pid: 1, start: 'zz' };

let folder: string;
let path: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-lock-'));
  path = join(folder, '.lock');
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

/** A lock as its owner left it, renewed so long ago. */
async function leave(owner: Owner, agoMs = 0): Promise<string> {
  const file = join(path, makeTag(owner));
  await mkdir(path, { recursive: true });
  await writeFile(file, '');
  const then = new Date(Date.now() - agoMs);
  await utimes(file, then, then);
  return file;
}

/** A process that takes the lock and says whether it holds it, whenever it is asked. */
async function startOwner(staleMs = STALE_MS): Promise<ChildProcess> {
  const script = `
    const { acquireLock } = await import(${JSON.stringify(BUILT)});
    const lock = await acquireLock(process.argv[1], { staleMs: ${staleMs} });
    process.on('message', async () => process.send(await lock.isHeld()));
    process.send('taken');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, path], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  children.push(child);
  await once(child, 'message');
  return child;
}

async function ask(child: ChildProcess): Promise<boolean> {
  const answer = once(child, 'message');
  child.send('held?');
  return (await answer)[0];
}

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
    const refuse = () => new UsageError('Another one is at work: wait for it.');
    await expect(acquireLock(path, { staleMs: STALE_MS, refuse })).rejects.toThrow(UsageError);
    await held.release();
    await (await acquireLock(path, { staleMs: STALE_MS, refuse })).release();
    expect(await readdir(folder)).toEqual([]);
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

  it('says that it was lost, and can be released all the same', async () => {
    const held = await acquireLock(path, { staleMs: 2000 });
    expect(held.isLost).toBe(false);
    await rm(path, { recursive: true });
    await expect.poll(() => held.isLost, { timeout: 5000 }).toBe(true);
    expect(await held.isHeld()).toBe(false);
    await held.release();
  });

  it('that cannot be written is a StorageError', async () => {
    await writeFile(path, 'a file');
    await expect(acquireLock(join(path, 'lock'), { staleMs: STALE_MS })).rejects.toThrow(StorageError);
    await expect(acquireLock(path, { staleMs: STALE_MS })).rejects.toThrow(StorageError);
    expect(await readFile(path, 'utf8')).toBe('a file');
  });

  it('has a short name, however long that of what it protects is', async () => {
    const long = join(folder, 'ü'.repeat(127));
    await withLock(lockBeside(long), { staleMs: STALE_MS }, () => mkdir(long));
    expect(lockBeside(long)).not.toBe(lockBeside(`${long}u`));
  });
});

describe('a lock whose owner is gone', () => {
  it('is taken over at once where the owner is known to be dead, on this machine since its start', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    await leave({ ...thisProcess(), pid });
    await (await acquireLock(path, { staleMs: STALE_MS })).release();
    const owner = await startOwner();
    const gone = once(owner, 'exit');
    owner.kill('SIGKILL');
    await gone;
    expect(await readdir(path)).toHaveLength(1);
    await (await acquireLock(path, { staleMs: STALE_MS })).release();
  });

  it('is not believed because its number is in use again', async () => {
    // A container starts again: the owner was number 1, or as here of this very process, and so is who asks.
    await leave({ ...thisProcess(), start: '1' });
    await (await acquireLock(path, { staleMs: STALE_MS })).release();
    if (process.platform !== 'linux') return;
    await leave({ ...thisProcess(), pid: process.ppid, start: '1' });
    await (await acquireLock(path, { staleMs: STALE_MS })).release();
  });

  it.runIf(process.platform === 'linux')(
    'is taken from a process that ended and that nobody has asked after',
    async () => {
      // The shell becomes a program that does not wait for its child, which stays as a zombie.
      const parent = spawn('sh', ['-c', 'true & exec sleep 60'], { stdio: 'ignore' });
      children.push(parent);
      await expect.poll(() => childOf(parent.pid as number), { timeout: 5000 }).toBeDefined();
      const { pid, start } = (await childOf(parent.pid as number)) as { pid: number; start: string };
      await leave({ ...thisProcess(), pid, start });
      await (await acquireLock(path, { staleMs: STALE_MS })).release();
    },
  );

  it('is taken over after a time where nothing can be known of it: of another machine or container', async () => {
    await leave(ELSEWHERE, STALE_MS / 2);
    await expect(acquireLock(path, { staleMs: STALE_MS })).rejects.toThrow(StorageError);
    await rm(path, { recursive: true });
    await leave(ELSEWHERE, 2 * STALE_MS);
    await (await acquireLock(path, { staleMs: STALE_MS })).release();
  });

  it('is taken over at once where it was killed as it gave it back', async () => {
    await mkdir(path);
    await (await acquireLock(path, { staleMs: STALE_MS })).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('goes to one of many that try', async () => {
    for (let round = 0; round < 10; round++) {
      await leave(ELSEWHERE, 2 * STALE_MS);
      const tries = Array.from({ length: 8 }, () => acquireLock(path, { staleMs: STALE_MS }));
      const taken = (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled');
      expect(taken).toHaveLength(1);
      const [{ value }] = taken as PromiseFulfilledResult<Awaited<ReturnType<typeof acquireLock>>>[];
      expect(await value.isHeld()).toBe(true);
      await value.release();
    }
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a lock whose owner lives', () => {
  it('does not lock a copy of its folder, but stays with one that is moved or reached by another path', async () => {
    const original = join(folder, 'original');
    const lockIn = (name: string) => join(folder, name, '.lock');
    await mkdir(original);
    const held = await acquireLock(lockIn('original'), { staleMs: STALE_MS });
    await cp(original, join(folder, 'copy'), { recursive: true });
    const ofCopy = await acquireLock(lockIn('copy'), { staleMs: STALE_MS });
    expect([await held.isHeld(), await ofCopy.isHeld()]).toEqual([true, true]);
    await expect(acquireLock(lockIn('copy'), { staleMs: STALE_MS })).rejects.toThrow(StorageError);
    await ofCopy.release();
    await symlink(original, join(folder, 'link'), 'junction');
    await expect(acquireLock(lockIn('link'), { staleMs: STALE_MS })).rejects.toThrow(StorageError);
    await rename(original, join(folder, 'moved'));
    await expect(acquireLock(lockIn('moved'), { staleMs: STALE_MS })).rejects.toThrow(StorageError);
  });

  it.runIf(process.platform === 'linux')('is not taken from it, however long it is paused', async () => {
    const owner = await startOwner(2000);
    owner.kill('SIGSTOP');
    await sleep(2500);
    await expect(acquireLock(path, { staleMs: 2000 })).rejects.toThrow(StorageError);
    owner.kill('SIGCONT');
    expect(await ask(owner)).toBe(true);
  });

  it.skipIf(process.platform === 'win32')(
    'is missed by an owner that was paused when another machine took it, and not given back by it',
    async () => {
      const owner = await startOwner(2000);
      owner.kill('SIGSTOP');
      const [tag] = await readdir(path);
      // As another machine does, which can't know that the owner lives.
      await rm(join(path, tag));
      const held = await acquireLock(path, { staleMs: 2000 });
      owner.kill('SIGCONT');
      expect(await ask(owner)).toBe(false);
      const ended = once(owner, 'exit');
      owner.disconnect();
      owner.kill('SIGTERM');
      await ended;
      expect(await held.isHeld()).toBe(true);
      await held.release();
    },
  );

  it('is renewed while it is held', async () => {
    const held = await acquireLock(path, { staleMs: 2000 });
    const [name] = await readdir(path);
    const made = (await stat(join(path, name))).mtimeMs;
    await expect
      .poll(async () => (await stat(join(path, name))).mtimeMs, { timeout: 3000 })
      .toBeGreaterThan(made);
    await held.release();
  });

  it('is given back when the process ends', async () => {
    const script = `
      const { acquireLock } = await import(${JSON.stringify(BUILT)});
      await acquireLock(process.argv[1], { staleMs: 60000 });
      process.exit(0);`;
    spawnSync(process.execPath, ['--input-type=module', '-e', script, path]);
    expect(await readdir(folder)).toEqual([]);
  });
});

/** A child of a process, with its start as tags spell it; undefined if it has none. */
async function childOf(parent: number): Promise<{ pid: number; start: string } | undefined> {
  const children = (await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8').catch(() => '')).trim();
  if (!children) return undefined;
  const text = await readFile(`/proc/${children}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? { pid: Number(children), start: BigInt(fields[19]).toString(36) } : undefined;
}
