import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mergeParts } from '../../src/distribute/merge.js';
import { scorePart } from '../../src/distribute/part.js';
import { type ComputedMetric, type EvaluationResult, parseResult } from '../../src/documents/result.js';
import type { ScoreInput } from '../../src/evaluate/input.js';
import type { ScoreOptions } from '../../src/evaluate/options.js';
import { planScore } from '../../src/evaluate/plan-score.js';
import { score } from '../../src/evaluate/score.js';
import { readStatistics, saveStatistics } from '../../src/evaluate/statistics/statistics-file.js';
import { writeStatistics } from '../../src/evaluate/statistics/write-statistics.js';
import { inspectOnce } from '../../src/images/inspect-once.js';
import { openImages } from '../../src/images/open.js';
import { openSession } from '../../src/onnx/session.js';
import { FIXTURE, fixturePictures, writeVariations } from './pictures.js';

let folder: string;
/** 1,400 different pictures in class folders: six shards. */
let many: string;
let whole: EvaluationResult;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-score-'));
  many = join(folder, 'many');
  await writeVariations(many, 7);
  whole = await score({ samples: many, cacheDir: join(folder, 'cache'), threads: 2, reference: FIXTURE });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What two equal runs must agree on, to the byte. */
const bytes = ({ run: _run, ...rest }: EvaluationResult) => JSON.stringify(rest);

function computed(result: EvaluationResult, id: string, subject = 'samples'): ComputedMetric {
  const entry = result.metrics.find((metric) => metric.id === id && metric.subject === subject);
  if (entry?.status !== 'ok') throw new Error(`${id} was not computed: ${entry?.reason}`);
  return entry;
}

/** Class scores of the embedded network, fed by hand: no graph, no shard, no cache of ours. */
async function classifyByHand(reduce: (pixels: Uint8Array) => ArrayLike<number>): Promise<number> {
  const pictures = await fixturePictures();
  const models = join(import.meta.dirname, '../../models');
  const session = await openSession(join(models, 'inception-cifar10.onnx'));
  const card = JSON.parse(await readFile(join(models, 'inception-cifar10.json'), 'utf8'));
  const { scale, offset } = card.input.normalize;
  const image = new Float32Array(pictures.length * 3072);
  pictures.forEach(({ picture }, n) => {
    const values = reduce(picture.pixels);
    for (let i = 0; i < 1024; i++) {
      for (let c = 0; c < 3; c++) image[n * 3072 + c * 1024 + i] = values[i * 3 + c] * scale[c] + offset[c];
    }
  });
  const { logits } = await session.run({
    image: { type: 'float32', shape: [pictures.length, 3, 32, 32], data: image },
  });
  await session.close();
  const rows = logits.data as Float32Array;
  const right = pictures.filter(({ label }, n) => {
    const row = rows.subarray(n * 10, n * 10 + 10);
    return row.indexOf(Math.max(...row)) === label;
  });
  return right.length / pictures.length;
}

/** TensorFlow 1's bilinear down to 16 and back up to 32, written out: every second pixel, and means between. */
function halveAndEnlarge(pixels: Uint8Array): number[] {
  const at = (y: number, x: number, c: number) => pixels[(Math.min(y, 30) * 32 + Math.min(x, 30)) * 3 + c];
  return Array.from({ length: 3072 }, (_, i) => {
    const [c, x, y] = [i % 3, Math.floor(i / 3) % 32, Math.floor(i / 96)];
    const [y0, x0, wy, wx] = [y - (y % 2), x - (x % 2), (y % 2) / 2, (x % 2) / 2];
    const top = at(y0, x0, c) * (1 - wx) + at(y0, x0 + 2, c) * wx;
    const bottom = at(y0 + 2, x0, c) * (1 - wx) + at(y0 + 2, x0 + 2, c) * wx;
    return top * (1 - wy) + bottom * wy;
  });
}

describe('score', () => {
  test('agrees with the network fed by hand, at full size and reduced', async () => {
    const result = await score({
      samples: FIXTURE,
      metrics: ['accuracy'],
      cache: false,
      resolutions: [16, 32, 64],
    });
    const accuracy = computed(result, 'accuracy');
    expect(accuracy.value).toBe(await classifyByHand((pixels) => pixels));
    const at = accuracy.perResolution ?? [];
    expect(at.map(({ resolution }) => resolution)).toEqual([16, 32, 64]);
    expect(at[0].value).toBe(await classifyByHand(halveAndEnlarge));
    expect(at[1].value).toBe(accuracy.value);
    expect(at.map(({ informative }) => informative)).toEqual([true, true, false]);
  });

  test('computes every metric with n and an uncertainty, and writes a valid document', () => {
    expect(parseResult(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
    for (const id of ['is', 'accuracy', 'msssim', 'fid', 'kid']) {
      const { n, se, interval, value } = computed(whole, id);
      expect(n, id).toBeGreaterThan(0);
      expect(se, id).toBeGreaterThan(0);
      expect(interval?.low, id).toBeLessThan(value);
      expect(interval?.high, id).toBeGreaterThan(value);
    }
    expect(computed(whole, 'is', 'reference').n).toBe(200);
    expect(computed(whole, 'accuracy', 'reference').value).toBeGreaterThan(computed(whole, 'accuracy').value);
    expect(computed(whole, 'msssim').perClass).toHaveLength(10);
  });

  test('the result depends on no batch size, thread count or cache', async () => {
    const variants: ScoreOptions[] = [
      { cache: false, batchSize: 7, threads: 1 },
      { cacheDir: join(folder, 'cache') },
    ];
    for (const variant of variants) {
      expect(bytes(await score({ samples: many, reference: FIXTURE, ...variant }))).toBe(bytes(whole));
    }
  });

  test('what is cached is not computed again', async () => {
    const { run } = await score({ samples: many, cacheDir: join(folder, 'cache'), reference: FIXTURE });
    expect(run.picturesExtracted).toBe(0);
    expect(run.picturesFromCache).toBe(3 * 1600);
  });

  test.each([1, 2, 5])('%i parts merge into the bytes of one run, with the pictures gone', async (of) => {
    const moved = join(folder, 'moved');
    await cp(many, moved, { recursive: true });
    const outs: string[] = [];
    for (let index = 1; index <= of; index++) {
      const out = join(folder, `part-${index}-of-${of}`);
      await scorePart({
        samples: moved,
        part: { index, of, out },
        reference: FIXTURE,
        batchSize: 10 * index,
        maxMemory: 100e6 * index,
      });
      outs.push(out);
    }
    await rm(moved, { recursive: true });
    const merged = await mergeParts({ parts: outs.reverse() });
    expect({ ...merged.samples, source: many }).toEqual(whole.samples);
    expect(bytes({ ...merged, samples: whole.samples })).toBe(bytes(whole));
  });

  test('parts that are missing, doubled or of another whole are refused', async () => {
    const part = (index: number, of: number) => join(folder, `part-${index}-of-${of}`);
    await expect(mergeParts({ parts: [part(1, 5), part(2, 5), part(4, 5)] })).rejects.toThrow(
      /3\/5, 5\/5 are missing/,
    );
    await expect(mergeParts({ parts: [part(1, 2), part(1, 2)] })).rejects.toThrow(/Part 1 is given twice/);
    await expect(mergeParts({ parts: [part(1, 2), part(2, 5)] })).rejects.toThrow(
      /no parts of one whole \(there are 5 and 2 parts\): score/,
    );
    await expect(mergeParts({ parts: [folder] })).rejects.toThrow(/no finished part/);
    await expect(mergeParts({ parts: [] })).rejects.toThrow(/nothing to merge/);
  });

  test('a part that was edited, and a folder that holds another part, are refused', async () => {
    const edited = join(folder, 'edited');
    await cp(join(folder, 'part-1-of-1'), edited, { recursive: true });
    await expect(scorePart({ samples: many, part: { index: 1, of: 2, out: edited } })).rejects.toThrow(
      /holds part 1\/1/,
    );
    const other = scorePart({ samples: many, part: { index: 1, of: 1, out: edited }, level: 0.5 });
    await expect(other).rejects.toThrow(
      /holds part 1\/1 of other pictures, paths or options: choose another folder/,
    );
    const path = join(edited, 'part.json');
    const part = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify({ ...part, options: { ...part.options, level: 0.5 } }));
    await expect(mergeParts({ parts: [edited] })).rejects.toThrow(/was changed after it was written/);
  });

  test('statistics of one picture are refused in a sentence', async () => {
    const one = join(folder, 'one');
    await cp(join(FIXTURE, 'cat', (await readdir(join(FIXTURE, 'cat')))[0]), join(one, 'a.png'));
    await expect(
      writeStatistics({ images: one, out: join(folder, 'one.npz'), cache: false }),
    ).rejects.toThrow(/^Statistics need at least 2 pictures, and .* has 1: give more\.$/);
  });

  test('samples and reference may be opened sources, which stay open', async () => {
    const [samples, reference] = [await openImages(FIXTURE), await openImages(many)];
    const asked: ScoreOptions = { metrics: ['is', 'fid'], cacheDir: join(folder, 'cache') };
    try {
      const opened = await score({ ...asked, samples, reference });
      expect(bytes(await score({ ...asked, samples: FIXTURE, reference: many }))).toBe(bytes(opened));
      expect((await reference.picture(0)).width).toBe(32);
      const once = inspectOnce(reference);
      expect(bytes(await score({ ...asked, samples, reference: once }))).toBe(bytes(opened));
      expect(bytes(await score({ ...asked, samples, reference: once }))).toBe(bytes(opened));
      const labeled = score({ ...asked, samples, labels: 'labels.csv' });
      await expect(labeled).rejects.toThrow(/labels goes with the path of the samples/);
      const out = join(folder, 'opened-part');
      await scorePart({ ...asked, samples, reference, part: { index: 1, of: 1, out } });
      expect(bytes(await mergeParts({ parts: [out] }))).toBe(bytes(opened));
    } finally {
      await Promise.all([samples, reference].map((source) => source.close()));
    }
  });

  test('what is neither a path nor a source is refused in a sentence', async () => {
    for (const samples of [undefined, null, 7, {}, ['a']]) {
      const wrong = { samples } as object as ScoreInput;
      await expect(score(wrong)).rejects.toThrow(
        /^The samples are neither a path nor a source of pictures: /,
      );
    }
    const wrong = { samples: FIXTURE, reference: {} } as object as ScoreInput;
    await expect(score(wrong)).rejects.toThrow(/^The reference is neither/);
  });

  test('a set against itself: FID 0 and KID at most 0', async () => {
    const result = await score({
      samples: FIXTURE,
      reference: FIXTURE,
      metrics: ['fid', 'kid'],
      cache: false,
    });
    expect(computed(result, 'fid').value).toBeCloseTo(0, 6);
    expect(computed(result, 'kid').value).toBeLessThanOrEqual(0);
  });

  test('a reference of statistics gives the FID of its pictures', async () => {
    const path = join(folder, 'reference.npz');
    const { count, dimensions } = await writeStatistics({
      images: FIXTURE,
      out: path,
      cacheDir: join(folder, 'cache'),
    });
    expect([count, dimensions]).toEqual([200, 480]);
    const result = await score({
      samples: many,
      reference: path,
      metrics: ['fid', 'kid'],
      cacheDir: join(folder, 'cache'),
    });
    const expected = computed(whole, 'fid').value;
    expect(Math.abs(computed(result, 'fid').value - expected)).toBeLessThan(1e-5 * expected);
    expect(result.reference).toMatchObject({ kind: 'statistics', count: 200, source: path });
    expect(result.metrics.find(({ id }) => id === 'kid')).toMatchObject({ status: 'not-computed' });
  });

  test('statistics of another network are refused', async () => {
    const { statistics } = await readStatistics(join(folder, 'reference.npz'));
    const other = join(folder, 'other.npz');
    await saveStatistics(other, statistics, { network: 'ab'.repeat(32) });
    await expect(score({ samples: FIXTURE, reference: other, cache: false })).rejects.toThrow(
      /another network/,
    );
  });

  test('without labels, what needs them says so and the others run', async () => {
    const flat = join(folder, 'flat');
    await cp(join(FIXTURE, 'cat'), flat, { recursive: true });
    const result = await score({ samples: flat, cache: false });
    expect(computed(result, 'is').n).toBe(20);
    const reasons = result.metrics.flatMap((metric) =>
      metric.status === 'ok' ? [] : [metric.id, metric.reason],
    );
    expect(reasons).toEqual([
      'accuracy',
      expect.stringMatching(/no labels.*--labels/),
      'msssim',
      expect.stringMatching(/no labels.*--labels/),
      ...['fid', 'fid-infinity', 'kid', 'precision', 'recall', 'density', 'coverage'].flatMap((id) => [
        id,
        expect.stringMatching(/--reference/),
      ]),
    ]);
  });

  test('bad pictures fail by name or are left out and counted', async () => {
    const spoilt = join(folder, 'spoilt');
    await cp(FIXTURE, spoilt, { recursive: true });
    await writeFile(join(spoilt, 'cat/zz.png'), 'no picture');
    const [first] = (await openImages(spoilt)).entries;
    await writeFile(join(spoilt, first.id), (await readFile(join(spoilt, first.id))).subarray(0, 900));
    await expect(score({ samples: spoilt, cache: false })).rejects.toThrow(
      new RegExp(`2 pictures.*${first.id}.*cat/zz\\.png`, 's'),
    );
    const onlyPairs = score({ samples: spoilt, cache: false, metrics: ['msssim'] });
    await expect(onlyPairs).rejects.toThrow(/2 pictures/);
    const result = await score({ samples: spoilt, cache: false, onBadImage: 'skip' });
    expect(result.samples.count).toBe(199);
    expect(result.samples.skipped.map(({ id }) => id)).toEqual([first.id, 'cat/zz.png']);
    expect(result.warnings.join()).toMatch(/2 bad pictures/);
    expect(computed(result, 'is').n).toBe(199);
    await expect(score({ samples: spoilt, cache: false, onBadImage: 'skip', maxBad: 1 })).rejects.toThrow(
      /--max-bad/,
    );
    const parts = [1, 2].map((index) => ({ index, of: 2, out: join(folder, `spoilt-${index}`) }));
    for (const part of parts) await scorePart({ samples: spoilt, part, onBadImage: 'skip' });
    expect(bytes(await mergeParts({ parts: parts.map(({ out }) => out) }))).toBe(bytes(result));
  });

  test('one picture a class has no MS-SSIM, and says so', async () => {
    const result = await score({
      samples: join(FIXTURE, '../test/cat'),
      labels: await oneEach(),
      cache: false,
    });
    const entry = result.metrics.find(({ id }) => id === 'msssim');
    expect(entry).toMatchObject({ status: 'not-computed', reason: expect.stringMatching(/two pictures/) });
  });

  async function oneEach(): Promise<string> {
    const source = await openImages(join(FIXTURE, 'cat'));
    const path = join(folder, 'labels.csv');
    const lines = source.entries.map(({ id }, i) => `${id},class ${i}`);
    await writeFile(path, ['path,label', ...lines].join('\n'));
    await source.close();
    return path;
  }

  test('a changed file gives another digest and another row, a moved folder the same', async () => {
    const copy = join(folder, 'copy');
    await cp(FIXTURE, copy, { recursive: true });
    const options: ScoreOptions = { metrics: ['is'], cacheDir: join(folder, 'cache') };
    const before = await score({ ...options, samples: FIXTURE });
    const same = await score({ ...options, samples: copy });
    expect(same.samples.digest).toBe(before.samples.digest);
    expect(same.run.picturesExtracted).toBe(0);
    await rename(join(copy, 'cat'), join(copy, 'lynx'));
    expect((await score({ ...options, samples: copy })).samples.digest).not.toBe(before.samples.digest);
  });

  test('a dry run counts what is left and writes nothing', async () => {
    const fresh = await planScore({ samples: many, cacheDir: join(folder, 'empty') });
    expect(fresh.passes.map(({ resolution, pictures, cached }) => [resolution, pictures, cached])).toEqual([
      ['full', 1400, 0],
      [8, 1400, 0],
      [16, 1400, 0],
    ]);
    expect(fresh.estimatedSeconds).toBeGreaterThan(0);
    const warm = await planScore({ samples: many, cacheDir: join(folder, 'cache') });
    expect(warm.passes.every(({ pictures, cached }) => pictures === cached)).toBe(true);
    expect(warm.estimatedSeconds).toBe(0);
  });
});
