import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ImagesError, StorageError } from '../../src/core/errors.js';
import { extract } from '../../src/features/extract.js';
import { type ExtractOptions, listShardTasks, SHARD_ROWS } from '../../src/features/extraction-work.js';
import { ShardStore } from '../../src/features/shard-store.js';

import { openImages } from '../../src/images/open.js';
import { MemoryBudget } from '../../src/images/workers/memory-budget.js';
import { dot } from '../images/picture-folder.js';
import { type FakePicture, fakeExtractor, fakeSource, inspectFakes } from './fakes.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-extract-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const options: ExtractOptions = {
  outputs: ['features', 'logits'],
  batchSize: 64,
  onBadImage: 'fail',
  maxBad: 10,
};

const flat = (count: number, bad: readonly number[] = []): FakePicture[] =>
  Array.from({ length: count }, (_, i) => ({ width: 2, height: 2, value: i % 251, bad: bad.includes(i) }));

function inspected(pictures: readonly FakePicture[]) {
  return { source: fakeSource(pictures), inspections: inspectFakes(pictures) };
}

/** Every file of a store and its bytes. */
async function contentOf(root: string): Promise<Map<string, string>> {
  const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  const content = new Map<string, string>();
  for (const file of files) {
    const path = join(file.parentPath, file.name);
    content.set(path.slice(root.length), (await readFile(path)).toString('base64'));
  }
  return new Map([...content].sort());
}

describe('extract', () => {
  test('gives back the room of pictures that waited when a bad one ends it', async () => {
    const pictures = flat(70, [66]);
    const budget = new MemoryBudget(1e6);
    const source = { ...inspected(pictures).source, budget };
    const work = { inspected: { source, inspections: inspectFakes(pictures) }, extractor: fakeExtractor() };
    await expect(extract({ ...work, store: new ShardStore(folder) }, options)).rejects.toThrow(ImagesError);
    expect([budget.most, budget.held]).toEqual([64 * 12, 0]);
  });

  test('gives one row per picture, in order', async () => {
    const pictures = flat(SHARD_ROWS + 10);
    const { tables, extracted, fromCache, changes } = await extract(
      { inspected: inspected(pictures), extractor: fakeExtractor(), store: new ShardStore(folder) },
      options,
    );
    expect([extracted, fromCache]).toEqual([pictures.length, 0]);
    expect(changes).toEqual({ 'gray-expanded': pictures.filter(({ value }) => value % 2).length });
    const { logits, features } = tables;
    expect(Array.from((await logits?.read(0, pictures.length)) ?? [])).toEqual(
      pictures.map(({ value }) => value),
    );
    expect(Array.from((await features?.read(SHARD_ROWS - 1, SHARD_ROWS + 1)) ?? [])).toEqual([4, 2, 5, 2]);
    await expect(logits?.read(0, pictures.length + 1)).rejects.toThrow(RangeError);
  });

  test('the bytes on disk depend neither on the batch nor on the mix of sizes around a picture', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ width: fc.integer({ min: 1, max: 3 }), height: fc.constant(2), value: fc.nat(255) }),
          {
            minLength: 1,
            maxLength: 40,
          },
        ),
        fc.integer({ min: 1, max: 50 }),
        async (pictures, batchSize) => {
          const stores = [join(folder, `a${Math.random()}`), join(folder, `b${Math.random()}`)];
          await extract(
            { inspected: inspected(pictures), extractor: fakeExtractor(), store: new ShardStore(stores[0]) },
            options,
          );
          const { tables } = await extract(
            { inspected: inspected(pictures), extractor: fakeExtractor(), store: new ShardStore(stores[1]) },
            {
              ...options,
              batchSize,
            },
          );
          expect(await contentOf(stores[1])).toEqual(await contentOf(stores[0]));
          const rows = await tables.features?.read(0, pictures.length);
          expect(Array.from(rows ?? [])).toEqual(pictures.flatMap(({ value, width }) => [value, width]));
        },
      ),
      { numRuns: 30 },
    );
  });

  test('a second run computes nothing, a changed picture only its shard', async () => {
    const pictures = flat(3 * SHARD_ROWS);
    const store = new ShardStore(folder);
    await extract({ inspected: inspected(pictures), extractor: fakeExtractor(), store }, options);
    const again = fakeExtractor();
    expect(
      (await extract({ inspected: inspected(pictures), extractor: again, store }, options)).fromCache,
    ).toBe(pictures.length);
    expect(again.runs).toEqual([]);
    pictures[SHARD_ROWS] = { width: 2, height: 2, value: 99 };
    const { extracted } = await extract(
      { inspected: inspected(pictures), extractor: fakeExtractor(), store },
      options,
    );
    expect(extracted).toBe(SHARD_ROWS);
  });

  test('a run that is stopped keeps its finished shards and goes on there', async () => {
    const pictures = flat(3 * SHARD_ROWS);
    const store = new ShardStore(folder);
    const abort = new AbortController();
    const stopping = fakeExtractor((runs) => runs === 6 && abort.abort());
    const stopped = extract(
      { inspected: inspected(pictures), extractor: stopping, store },
      { ...options, signal: abort.signal },
    );
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    const { extracted, fromCache } = await extract(
      { inspected: inspected(pictures), extractor: fakeExtractor(), store },
      options,
    );
    expect([extracted, fromCache]).toEqual([2 * SHARD_ROWS, SHARD_ROWS]);
    const undisturbed = join(folder, 'undisturbed');
    await extract(
      { inspected: inspected(pictures), extractor: fakeExtractor(), store: new ShardStore(undisturbed) },
      options,
    );
    const expected = await contentOf(undisturbed);
    await rm(undisturbed, { recursive: true });
    expect(await contentOf(folder)).toEqual(expected);
  });

  test('two runs at once leave what one leaves', async () => {
    const pictures = flat(2 * SHARD_ROWS + 7);
    const together = new ShardStore(join(folder, 'together'));
    await Promise.all(
      [1, 2, 3].map(() =>
        extract({ inspected: inspected(pictures), extractor: fakeExtractor(), store: together }, options),
      ),
    );
    const alone = new ShardStore(join(folder, 'alone'));
    await extract({ inspected: inspected(pictures), extractor: fakeExtractor(), store: alone }, options);
    expect(await contentOf(together.root)).toEqual(await contentOf(alone.root));
  });

  test('a damaged shard is computed again', async () => {
    const pictures = flat(SHARD_ROWS);
    const store = new ShardStore(folder);
    const source = inspected(pictures);
    const [{ key }] = listShardTasks(source, 'fake-network', options.outputs);
    for (const damage of ['features.npy', 'logits.npy', 'index.json']) {
      await extract({ inspected: source, extractor: fakeExtractor(), store }, options);
      await writeFile(join(folder, key.slice(0, 2), key, damage), 'rubbish');
      const { extracted, tables } = await extract(
        { inspected: source, extractor: fakeExtractor(), store },
        options,
      );
      expect(extracted, damage).toBe(SHARD_ROWS);
      expect((await tables.logits?.read(1, 2))?.[0]).toBe(1);
    }
  });

  test('what a shard says of itself is checked like its rows, and a folder in the place of a file is no obstacle', async () => {
    const pictures = flat(SHARD_ROWS, [2]);
    const store = new ShardStore(folder);
    const source = inspected(pictures);
    const skip = { ...options, onBadImage: 'skip' as const };
    const [{ key }] = listShardTasks(source, 'fake-network', options.outputs);
    const shard = join(folder, key.slice(0, 2), key);
    const damages = [
      async () => {
        const [line] = (await readFile(join(shard, 'index.json'), 'utf8')).split('\n');
        const index = JSON.parse(line);
        await writeFile(
          join(shard, 'index.json'),
          JSON.stringify({ ...index, info: { bad: [], changes: {} } }),
        );
      },
      () => writeFile(join(shard, 'index.json'), '{"schema":"ganeval/shard@1","arrays":{}}'),
      async () => {
        await rm(join(shard, 'features.npy'));
        await mkdir(join(shard, 'features.npy'));
      },
    ];
    for (const damage of damages) {
      await extract({ inspected: source, extractor: fakeExtractor(), store }, skip);
      await damage();
      const { extracted, bad } = await extract(
        { inspected: source, extractor: fakeExtractor(), store },
        skip,
      );
      expect(extracted).toBe(SHARD_ROWS - 1);
      expect(bad.map(({ index }) => index)).toEqual([2]);
    }
  });

  test('one error names every bad picture, also those past the first and those known from the store', async () => {
    const pictures = flat(2 * SHARD_ROWS, [3, 100, SHARD_ROWS + 1]);
    const store = new ShardStore(folder);
    const failing = extract({ inspected: inspected(pictures), extractor: fakeExtractor(), store }, options);
    await expect(failing).rejects.toThrow(ImagesError);
    await expect(
      extract({ inspected: inspected(pictures), extractor: fakeExtractor(), store }, options),
    ).rejects.toThrow(
      `3 pictures of fakes cannot be decoded (each of "3.png", "100.png", "${SHARD_ROWS + 1}.png" is cut short): repair`,
    );
    await extract(
      { inspected: inspected(pictures.slice(0, SHARD_ROWS)), extractor: fakeExtractor(), store },
      {
        ...options,
        onBadImage: 'skip',
      },
    );
    await expect(
      extract({ inspected: inspected(pictures), extractor: fakeExtractor(), store }, options),
    ).rejects.toThrow(/3 pictures/);
  });

  test('skipping leaves bad pictures out, up to a limit', async () => {
    const pictures = flat(SHARD_ROWS + 4, [0, SHARD_ROWS]);
    const store = new ShardStore(folder);
    const skip = { ...options, onBadImage: 'skip' as const };
    const { tables, bad } = await extract(
      { inspected: inspected(pictures), extractor: fakeExtractor(), store },
      skip,
    );
    expect(bad.map(({ index }) => index)).toEqual([0, SHARD_ROWS]);
    expect(tables.logits?.count).toBe(pictures.length - 2);
    expect((await tables.logits?.read(0, 1))?.[0]).toBe(1);
    const strict = extract(
      {
        inspected: inspected(pictures),
        extractor: fakeExtractor(),
        store: new ShardStore(join(folder, 'strict')),
      },
      {
        ...skip,
        maxBad: 1,
      },
    );
    await expect(strict).rejects.toThrow(/More than 1 pictures .*--max-bad/);
  });

  test('a store that cannot be written is a StorageError that names it', async () => {
    const path = join(folder, 'file');
    await writeFile(path, '');
    const failing = extract(
      { inspected: inspected(flat(3)), extractor: fakeExtractor(), store: new ShardStore(path) },
      options,
    );
    await expect(failing).rejects.toThrow(StorageError);
    await expect(failing).rejects.toThrow(path);
  });
});

describe('a picture that is written while it is extracted', () => {
  test('is an error, and nothing is filed under the digest of the old bytes', async () => {
    const pictures = join(folder, 'pictures');
    await mkdir(pictures);
    const path = join(pictures, 'a.png');
    await writeFile(path, dot(1));
    const { atime, mtime } = await stat(path);
    const source = await openImages(pictures);
    const old = { source, inspections: await source.inspect() };
    const store = new ShardStore(join(folder, 'store'));
    await writeFile(path, dot(9));
    await utimes(path, atime, mtime);
    for (const onBadImage of ['fail', 'skip'] as const) {
      await expect(
        extract({ inspected: old, extractor: fakeExtractor(), store }, { ...options, onBadImage }),
      ).rejects.toThrow('changed while it was being read ("a.png")');
    }
    expect((await contentOf(folder)).size).toBe(1);
    const now = { source, inspections: await source.inspect() };
    const { tables } = await extract({ inspected: now, extractor: fakeExtractor(), store }, options);
    expect(await tables.logits?.read(0, 1)).toEqual(Float32Array.of(9));
    await expect(extract({ inspected: old, extractor: fakeExtractor(), store }, options)).rejects.toThrow(
      'changed while it was being read',
    );
    await writeFile(path, dot(1));
    const again = await extract({ inspected: old, extractor: fakeExtractor(), store }, options);
    expect(await again.tables.logits?.read(0, 1)).toEqual(Float32Array.of(1));
    await source.close();
  });
});
