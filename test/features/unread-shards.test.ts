import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { StorageError } from '../../src/core/errors.js';
import { type ShardName, ShardStore, shardKey } from '../../src/features/shard-store.js';

const disk = vi.hoisted(() => ({ says: undefined as string | undefined }));
vi.mock('../../src/features/read-regular-file.js', async (load) => {
  const real = await load<typeof import('../../src/features/read-regular-file.js')>();
  return {
    readRegularFile: (...args: Parameters<typeof real.readRegularFile>) => {
      if (disk.says === undefined) return real.readRegularFile(...args);
      const message = `${disk.says}: made by a test, open '${args[0]}'`;
      return Promise.reject(Object.assign(new Error(message), { code: disk.says }));
    },
  };
});

const root = await mkdtemp(join(tmpdir(), 'ganeval-unread-'));
afterAll(() => rm(root, { recursive: true }));

const content = { rows: 1 };
const name: ShardName = { key: shardKey(content), content: () => content };
const shard = { info: 1, arrays: { features: { shape: [1], data: Float32Array.of(1) } } };

it.each(['EMFILE', 'ENFILE'])('a shard that cannot be opened for %s is no damaged one', async (code) => {
  disk.says = undefined;
  const store = new ShardStore(root);
  await store.write(name, shard);
  disk.says = code;
  await expect(store.read(name)).rejects.toThrow(StorageError);
  await expect(store.write(name, shard)).rejects.toThrow('Too many files are open at once');
  disk.says = undefined;
  expect(await store.read(name)).toMatchObject({ info: 1 });
  expect(store.describeDamage()).toBeUndefined();
});

it.each(['EIO', 'EACCES'])('a shard that the disk does not give (%s) is told in its words', async (code) => {
  disk.says = undefined;
  const store = new ShardStore(root);
  await store.write(name, shard);
  disk.says = code;
  expect(await store.read(name)).toBeUndefined();
  expect(store.describeDamage()).toBe(
    `One shard of features in ${root} cannot be read (${code}: made by a test), and was not used: check the disk and the permissions.`,
  );
});
