import { execFileSync } from 'node:child_process';
import {
  appendFile,
  cp,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withShards } from '../../src/features/feature-store.js';
import { type ShardName, ShardStore, shardKey } from '../../src/features/shard-store.js';

let root: string;
let store: ShardStore;

const named = (content: Record<string, unknown>): ShardName => ({
  key: shardKey(content),
  content: () => content,
});
const CATS = named({
  extractor: 'net@1',
  decoding: 'sharp@1',
  outputs: ['features'],
  pictures: ['aa', 'bb'],
});
const DOGS = named({
  extractor: 'net@1',
  decoding: 'sharp@1',
  outputs: ['features'],
  pictures: ['cc', 'dd'],
});
const OTHER_NETWORK = named({ ...CATS.content(), extractor: 'net@2' });
const OTHER_DECODING = named({ ...CATS.content(), decoding: 'sharp@2' });

const rows = (value: number) => ({
  info: { bad: [], changes: {} },
  arrays: { features: { shape: [2, 4], data: new Float32Array(8).fill(value) } },
});
const pathOf = ({ key }: ShardName) => join(root, key.slice(0, 2), key);
const firstOf = async (name: ShardName) => (await store.read(name))?.arrays.features.data[0];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ganeval-shards-'));
  store = new ShardStore(root);
  await store.write(CATS, rows(1));
  await store.write(DOGS, rows(2));
  await store.write(OTHER_NETWORK, rows(3));
  await store.write(OTHER_DECODING, rows(4));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('a shard', () => {
  test('says what it is of', async () => {
    const [line] = (await readFile(join(pathOf(CATS), 'index.json'), 'utf8')).split('\n');
    expect(JSON.parse(line)).toMatchObject({ key: CATS.key, content: CATS.content() });
    expect(await firstOf(CATS)).toBe(1);
    expect(store.describeDamage()).toBeUndefined();
  });

  test.each([
    ['other pictures', DOGS],
    ['another network', OTHER_NETWORK],
    ['another preprocessing', OTHER_DECODING],
  ])('of %s in its place is not read, and neither of two that were swapped is', async (_, other) => {
    await rename(pathOf(CATS), join(root, 'aside'));
    await rename(pathOf(other), pathOf(CATS));
    await rename(join(root, 'aside'), pathOf(other));
    expect([await firstOf(CATS), await firstOf(other)]).toEqual([undefined, undefined]);
    expect(store.describeDamage()).toMatch(/^2 shards of features in .* were damaged, or not what/);
    await store.write(CATS, rows(1));
    expect([await firstOf(CATS), await firstOf(other)]).toEqual([1, undefined]);
  });

  test('whose rows are those of another, or whose name was forged, is not read', async () => {
    await cp(join(pathOf(DOGS), 'features.npy'), join(pathOf(CATS), 'features.npy'));
    expect(await firstOf(CATS)).toBeUndefined();
    // The index of another with the key of this one and a digest of its own: the content tells.
    const { createHash } = await import('node:crypto');
    const [line] = (await readFile(join(pathOf(DOGS), 'index.json'), 'utf8')).split('\n');
    const forged = line.replace(DOGS.key, CATS.key);
    const digest = createHash('sha256').update(forged).digest('hex');
    await writeFile(join(pathOf(CATS), 'index.json'), `${forged}\n${digest}\n`);
    expect(await firstOf(CATS)).toBeUndefined();
  });

  test('of which any byte is another, or that is shorter or longer, is not read', async () => {
    for (const name of ['index.json', 'features.npy']) {
      const path = join(pathOf(CATS), name);
      const sound = await readFile(path);
      for (let at = 0; at < sound.length; at++) {
        const bytes = Buffer.from(sound);
        bytes[at] ^= 1 << (at % 8);
        await writeFile(path, bytes);
        expect(await firstOf(CATS), `${name} ${at}`).toBeUndefined();
      }
      for (const damage of [
        () => appendFile(path, '\n'),
        () => appendFile(path, Buffer.alloc(4)),
        () => truncate(path, sound.length - 1),
        () => truncate(path, 0),
        () => rm(path),
      ]) {
        await writeFile(path, sound);
        await damage();
        expect(await firstOf(CATS), name).toBeUndefined();
      }
      await writeFile(path, sound);
      expect(await firstOf(CATS)).toBe(1);
    }
  });

  test('with a FIFO in the place of a file is not waited for', async () => {
    for (const name of ['features.npy', 'index.json']) {
      await rm(join(pathOf(CATS), name));
      execFileSync('mkfifo', [join(pathOf(CATS), name)]);
      expect(await firstOf(CATS)).toBeUndefined();
    }
    await store.write(CATS, rows(5));
    expect(await firstOf(CATS)).toBe(5);
  });

  test('that is absent is no damage; a damaged one is told once, at the end', async () => {
    const notes: string[] = [];
    await withShards(root, { onNote: (note) => notes.push(note) }, async (shards) => {
      expect(await shards.read(named({ n: 1 }))).toBeUndefined();
    });
    expect(notes).toEqual([]);
    await truncate(join(pathOf(CATS), 'features.npy'), 9);
    await withShards(root, { onNote: (note) => notes.push(note) }, async (shards) => {
      for (let i = 0; i < 3; i++) expect(await shards.read(CATS)).toBeUndefined();
    });
    expect(notes).toEqual([
      `One shard of features in ${root} was damaged, or not what the name says, and was not used: check the disk if this comes back.`,
    ]);
  });

  test('is written by several at once, over one that is damaged, and nothing is left over', async () => {
    await truncate(join(pathOf(CATS), 'features.npy'), 9);
    const stores = Array.from({ length: 6 }, () => new ShardStore(root));
    await Promise.all(stores.map((each) => each.write(CATS, rows(1))));
    expect(await firstOf(CATS)).toBe(1);
    expect((await readdir(root)).filter((name) => /ing-/.test(name))).toEqual([]);
  });

  test('is written though the folder of the cache is removed meanwhile', async () => {
    const many = Array.from({ length: 20 }, (_, n) => named({ n }));
    const writing = Promise.all(many.map((name) => store.write(name, rows(1))));
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
    await writing;
    await store.write(many[0], rows(1));
    expect(await firstOf(many[0])).toBe(1);
  });
});
