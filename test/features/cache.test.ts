import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cacheInfo, pruneCache, shardFolder } from '../../src/features/cache.js';
import { type ShardName, ShardStore, shardKey } from '../../src/features/shard-store.js';
import { temporaryName } from '../../src/storage/leftovers.js';
import { makeTag, thisProcess } from '../../src/storage/owner-tag.js';

const DAY_MS = 24 * 60 * 60 * 1000;

let dir: string;
let store: ShardStore;
const names: ShardName[] = [1, 2, 3].map((n) => ({ key: shardKey({ n }), content: () => ({ n }) }));

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ganeval-cache-'));
  store = new ShardStore(shardFolder(dir));
  for (const [age, name] of names.entries()) {
    const { key } = name;
    await store.write(name, { info: {}, arrays: { x: { shape: [100], data: new Float64Array(100) } } });
    const used = new Date(Date.now() - age * 10 * DAY_MS);
    await utimes(join(store.root, key.slice(0, 2), key), used, used);
  }
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const left = async () => Promise.all(names.map(({ key }) => store.has(key)));

describe('the cache', () => {
  test('counts what it holds; an absent one is empty', async () => {
    const info = await cacheInfo(dir);
    expect(info.folder).toBe(dir);
    expect(info.shards).toBe(3);
    expect(info.bytes).toBeGreaterThan(3 * 800);
    expect(await cacheInfo(join(dir, 'absent'))).toMatchObject({ shards: 0, bytes: 0 });
  });

  test('is pruned by age', async () => {
    expect((await pruneCache({ dir, olderThanDays: 15 })).removed).toBe(1);
    expect(await left()).toEqual([true, true, false]);
  });

  test('is pruned by size, longest unused first', async () => {
    const { bytes } = await cacheInfo(dir);
    const { removed, freedBytes } = await pruneCache({ dir, maxBytes: bytes / 3 + 1 });
    expect(removed).toBe(2);
    expect(freedBytes).toBeCloseTo((bytes * 2) / 3, 0);
    expect(await left()).toEqual([true, false, false]);
  });

  test('is emptied', async () => {
    await pruneCache({ dir, all: true });
    expect(await cacheInfo(dir)).toMatchObject({ shards: 0, bytes: 0 });
  });

  test('reading a shard marks it as used', async () => {
    await store.read(names[2]);
    await pruneCache({ dir, olderThanDays: 5 });
    expect(await left()).toEqual([true, false, true]);
  });

  test('files of others, and what links lead to, are neither counted nor removed', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'ganeval-outside-'));
    await mkdir(join(outside, 'a'.repeat(64)), { recursive: true });
    await writeFile(join(outside, 'a'.repeat(64), 'precious'), '');
    await symlink(outside, join(store.root, 'ff'));
    await mkdir(join(store.root, 'ee', 'photos'), { recursive: true });
    await writeFile(join(store.root, 'ee', 'photos', 'cat.png'), '');
    expect((await pruneCache({ dir, all: true })).removed).toBe(3);
    expect(await readdir(join(outside, 'a'.repeat(64)))).toEqual(['precious']);
    expect(await readdir(join(store.root, 'ee', 'photos'))).toEqual(['cat.png']);
    await rm(outside, { recursive: true });
  });

  test('what a killed run left goes after a day, and nothing else does', async () => {
    // Of a process on another machine, of which nothing is known but when it wrote last.
    const elsewhere = { ...thisProcess(), space: '0123456789ab' };
    const names = [1, 2, 3].map(() => `.ganeval-${makeTag(elsewhere)}.tmp`);
    const [fresh, stale, removed] = names.map((name) => join(store.root, name));
    await mkdir(fresh);
    await mkdir(stale);
    await writeFile(join(stale, 'features.npy'), 'half');
    const old = new Date(Date.now() - 2 * DAY_MS);
    await utimes(stale, old, old);
    // Half removed by a prune that was killed.
    await mkdir(removed);
    await utimes(removed, old, old);
    await writeFile(join(store.root, 'notes.txt'), 'mine');
    expect((await pruneCache({ dir })).removed).toBe(2);
    expect((await readdir(store.root)).filter((name) => names.includes(name))).toEqual([names[0]]);
    expect(await left()).toEqual([true, true, true]);
  });

  test('what a process left that is known to be dead goes at once, and of one that lives nothing ever', async () => {
    const dead = `.ganeval-${makeTag({ ...thisProcess(), start: '1' })}.tmp`;
    const living = temporaryName();
    for (const name of [dead, living]) await mkdir(join(store.root, name));
    const old = new Date(Date.now() - 2 * DAY_MS);
    // As of a process that was stopped for days.
    await utimes(join(store.root, living), old, old);
    expect((await pruneCache({ dir })).removed).toBe(1);
    expect((await readdir(store.root)).filter((name) => [dead, living].includes(name))).toEqual([living]);
  });
});
