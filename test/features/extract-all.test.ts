import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ImagesError } from '../../src/core/errors.js';
import { extract, extractAll } from '../../src/features/extract.js';
import {
  type Lane,
  listShardTasks,
  type SetOptions,
  SHARD_ROWS,
} from '../../src/features/extraction-work.js';
import { ShardStore } from '../../src/features/shard-store.js';
import { MemoryBudget } from '../../src/images/workers/memory-budget.js';
import { type FakePicture, fakeExtractor, fakeSource, inspectFakes } from './fakes.js';

const COUNT = 2 * SHARD_ROWS + 70;
const GIB = 2 ** 30;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-extract-all-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const options: SetOptions = { onBadImage: 'fail', maxBad: 10 };

/** Pictures of two sizes. */
const flat = (bad: readonly number[] = []): FakePicture[] =>
  Array.from({ length: COUNT }, (_, i) => ({
    width: i % 3 ? 2 : 3,
    height: 2,
    value: i % 251,
    bad: bad.includes(i),
  }));

const network = (identity: string, weightBytes = 0) => ({ ...fakeExtractor(), identity, weightBytes });

function lane(identity: string, batchSize = 64, weightBytes = 0) {
  return {
    extractor: network(identity, weightBytes),
    outputs: ['features', 'logits'],
    batchSize,
  } satisfies Lane;
}

async function contentOf(root: string): Promise<[string, string][]> {
  const files = await readdir(root, { recursive: true, withFileTypes: true });
  const named = files
    .filter((entry) => entry.isFile())
    .map(async ({ parentPath, name }): Promise<[string, string]> => {
      const path = join(parentPath, name);
      return [path.slice(root.length), (await readFile(path)).toString('base64')];
    });
  return (await Promise.all(named)).sort();
}

describe('several networks in one extraction', () => {
  test('decode each picture once, and leave what one after the other leave, whatever their batches are', async () => {
    const pictures = flat();
    const inspections = inspectFakes(pictures);
    for (const batches of [
      [64, 64],
      [16, 100],
      [1, 7],
    ]) {
      const together = new ShardStore(join(folder, `together-${batches.join('-')}`));
      const source = fakeSource(pictures);
      const lanes = batches.map((batch, i) => lane(`network ${i}`, batch));
      const extractions = await extractAll(
        { inspected: { source, inspections }, store: together },
        lanes,
        options,
      );
      expect(source.reads).toBe(COUNT);
      expect(extractions.map(({ extracted }) => extracted)).toEqual([COUNT, COUNT]);
      for (const [i, { extractor }] of lanes.entries())
        expect(Math.max(...extractor.runs)).toBeLessThanOrEqual(batches[i]);
      const apart = new ShardStore(join(folder, `apart-${batches.join('-')}`));
      for (const { extractor, outputs, batchSize } of lanes) {
        const inspected = { source: fakeSource(pictures), inspections };
        await extract({ inspected, extractor, store: apart }, { ...options, outputs, batchSize });
      }
      expect(await contentOf(together.root)).toEqual(await contentOf(apart.root));
    }
  });

  test('run only what each lacks, and decode only what some lack', async () => {
    const pictures = flat();
    const inspected = { source: fakeSource(pictures), inspections: inspectFakes(pictures) };
    const store = new ShardStore(folder);
    const [a, b] = [lane('a'), lane('b')];
    const tasksOf = ({ extractor, outputs }: Lane) => listShardTasks(inspected, extractor.identity, outputs);
    await extractAll({ inspected, store }, [{ ...a, tasks: tasksOf(a).slice(0, 2) }], options);
    await extractAll({ inspected, store }, [{ ...b, tasks: tasksOf(b).slice(1, 2) }], options);
    inspected.source.reads = 0;
    const seen: [number, number][] = [];
    const [first, second] = await extractAll({ inspected, store }, [a, b], {
      ...options,
      onProgress: (...now) => seen.push(now),
    });
    expect(inspected.source.reads).toBe(SHARD_ROWS + 70);
    expect([first.extracted, first.fromCache]).toEqual([70, 2 * SHARD_ROWS]);
    expect([second.extracted, second.fromCache]).toEqual([SHARD_ROWS + 70, SHARD_ROWS]);
    expect(seen.at(-1)).toEqual([2 * COUNT, 2 * COUNT]);
    expect(await first.tables.logits?.read(0, COUNT)).toEqual(await second.tables.logits?.read(0, COUNT));
  });

  test('continue with what is missing of each after the first was stopped', async () => {
    const pictures = flat();
    const inspected = { source: fakeSource(pictures), inspections: inspectFakes(pictures) };
    const store = new ShardStore(folder);
    const stop = new AbortController();
    const stopped = extractAll({ inspected, store }, [lane('a'), lane('b')], {
      ...options,
      signal: stop.signal,
      // One network has its first shard in the store, the other is about to write it.
      onProgress: (_, stored) => stored >= SHARD_ROWS && stop.abort(),
    });
    await expect(stopped).rejects.toThrow();
    inspected.source.reads = 0;
    const both = await extractAll({ inspected, store }, [lane('a'), lane('b')], options);
    expect(inspected.source.reads).toBe(COUNT - SHARD_ROWS);
    expect(both.map(({ fromCache }) => fromCache)).toEqual([SHARD_ROWS, SHARD_ROWS]);
  });

  test('name every bad picture, or leave the same out of both, and hold no memory afterwards', async () => {
    const pictures = flat([5, 300, 581]);
    const budget = new MemoryBudget(1e6);
    const source = { ...fakeSource(pictures), budget };
    const inspected = { source, inspections: inspectFakes(pictures) };
    const work = { inspected, store: new ShardStore(folder) };
    const failing = extractAll(work, [lane('a'), lane('b')], options);
    await expect(failing).rejects.toThrow(ImagesError);
    await expect(failing).rejects.toThrow(/5\.png.*300\.png.*581\.png/s);
    expect(budget.held).toBe(0);
    const skipped = await extractAll(work, [lane('a'), lane('b')], { ...options, onBadImage: 'skip' });
    for (const { bad, tables } of skipped) {
      expect(bad.map(({ index }) => index)).toEqual([5, 300, 581]);
      expect(tables.features?.count).toBe(COUNT - 3);
    }
    expect(budget.most).toBeLessThan(2 * 64 * 18);
  });

  test('are open together only as far as their weights have room', async () => {
    const pictures = flat();
    const inspected = { source: fakeSource(pictures), inspections: inspectFakes(pictures) };
    let open = 0;
    let most = 0;
    const counted = (identity: string): Lane => {
      const each = lane(identity, 64, 1.5 * GIB);
      const start = async () => {
        most = Math.max(most, ++open);
        const extractor = await each.extractor.open();
        return { ...extractor, close: async () => void open-- };
      };
      return { ...each, extractor: { ...each.extractor, open: start } };
    };
    const lanes = ['a', 'b', 'c'].map(counted);
    await extractAll({ inspected, store: new ShardStore(folder) }, lanes, options);
    expect([most, open, inspected.source.reads]).toEqual([2, 0, 2 * COUNT]);
  });
});
