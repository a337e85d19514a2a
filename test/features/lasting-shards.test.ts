import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pruneCache, shardFolder } from '../../src/features/cache.js';
import { extract } from '../../src/features/extract.js';
import { type ExtractOptions, SHARD_ROWS } from '../../src/features/extraction-work.js';
import type { FeatureTable } from '../../src/features/feature-table.js';
import { ShardStore } from '../../src/features/shard-store.js';
import { type FakePicture, fakeExtractor, fakeSource, inspectFakes } from './fakes.js';

// More shards than a table keeps in memory.
const SHARDS = 12;
const COUNT = SHARDS * SHARD_ROWS - 5;
const BAD = [3, 700];

const pictures: FakePicture[] = Array.from({ length: COUNT }, (_, i) => ({
  width: 2,
  height: 2,
  value: i % 251,
  bad: BAD.includes(i),
}));
const expected = pictures.flatMap(({ value, bad }) => (bad ? [] : [value]));

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ganeval-lasting-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function run(more: Partial<ExtractOptions> = {}) {
  const network = fakeExtractor();
  let opened = 0;
  const notes: string[] = [];
  const extraction = await extract(
    {
      inspected: { source: fakeSource(pictures), inspections: inspectFakes(pictures) },
      extractor: {
        ...network,
        open: () => {
          opened++;
          return network.open();
        },
      },
      store: new ShardStore(shardFolder(dir)),
    },
    {
      outputs: ['features', 'logits'],
      batchSize: 64,
      onBadImage: 'skip',
      maxBad: 10,
      onNote: (note) => notes.push(note),
      ...more,
    },
  );
  const { features, logits } = extraction.tables as Record<string, FeatureTable>;
  return { features, logits, notes, opened: () => opened };
}

const readAll = async (table: FeatureTable) => Array.from(await table.read(0, table.count));

describe('tables of a run beside which the cache is emptied', () => {
  test('compute again what is missing, all of it at once, and say so once', async () => {
    const { features, logits, notes, opened } = await run();
    expect(await readAll(logits)).toEqual(expected);
    expect((await pruneCache({ dir, all: true })).removed).toBe(SHARDS);
    const [again, both] = await Promise.all([readAll(logits), readAll(features)]);
    expect(again).toEqual(expected);
    expect(both).toEqual(expected.flatMap((value) => [value, 2]));
    expect(opened()).toBe(2);
    expect(notes).toEqual(['Features that were removed from the cache during the run are computed again.']);
    await pruneCache({ dir, all: true });
    expect(await readAll(logits)).toEqual(expected);
    expect(opened()).toBe(3);
    expect(notes).toHaveLength(1);
  });

  test('come to an end though each shard is removed as soon as it is there', async () => {
    const { logits } = await run();
    let isDone = false;
    const pruning = (async () => {
      while (!isDone) await pruneCache({ dir, all: true });
    })();
    try {
      for (let start = 0; start < logits.count; start += 1000) {
        const end = Math.min(start + 1000, logits.count);
        expect(Array.from(await logits.read(start, end))).toEqual(expected.slice(start, end));
      }
    } finally {
      isDone = true;
      await pruning;
    }
  });

  test('compute again what was damaged meanwhile', async () => {
    const { logits, opened } = await run();
    const root = shardFolder(dir);
    for (const file of await readdir(root, { recursive: true }))
      if (file.endsWith('logits.npy')) await truncate(join(root, file), 50);
    expect(await readAll(logits)).toEqual(expected);
    expect(opened()).toBeGreaterThan(1);
  });

  test('end with the reason of the signal, and may be read afterwards', async () => {
    const controller = new AbortController();
    const { logits } = await run({ signal: controller.signal });
    await pruneCache({ dir, all: true });
    controller.abort(new Error('stopped by hand'));
    await expect(readAll(logits)).rejects.toThrow('stopped by hand');
  });

  test('two runs with one cache and a prune have the rows of one alone', async () => {
    const runs = await Promise.all([
      run(),
      run(),
      pruneCache({ dir, all: true }),
      pruneCache({ dir, all: true }),
    ]);
    for (const { logits } of runs.slice(0, 2) as Awaited<ReturnType<typeof run>>[])
      expect(await readAll(logits)).toEqual(expected);
  });
});
