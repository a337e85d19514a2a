import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { BlockSum, SUM_BLOCK } from '../../../src/metrics/msssim/block-sum.js';
import {
  averagePixels,
  cutPixels,
  halvedLength,
  listPositions,
} from '../../../src/metrics/msssim/halved-pixels.js';
import { buildMsssimGraph, buildTileGraph, type MapTile } from '../../../src/metrics/msssim/msssim-graph.js';
import { openMsssim } from '../../../src/metrics/msssim/msssim-scorer.js';
import { computeTermsInTiles, type PicturePair } from '../../../src/metrics/msssim/score-in-tiles.js';
import { openSession, type Session } from '../../../src/onnx/session.js';

const LEVELS = 5;

/** Smooth pictures with noise, the second like the first in part. */
function drawPair(height: number, width: number, channels: number, seed = 1): PicturePair {
  const rng = new NumpyRandom(seed);
  const a = new Uint8Array(height * width * channels);
  const b = new Uint8Array(a.length);
  for (let i = 0; i < a.length; i++) {
    const smooth = 110 + 90 * Math.sin(i / (37 * channels)) * Math.cos(i / (width * channels * 29));
    a[i] = smooth + rng.interval(31);
    b[i] = i % 5 === 0 ? rng.interval(255) : a[i] ^ rng.interval(15);
  }
  return { a, b, height, width, channels };
}

const sessions = new Map<string, Session>();
afterAll(async () => {
  for (const session of sessions.values()) await session.close();
});

async function sessionFor(tile: MapTile, threads?: number): Promise<Session> {
  const key = JSON.stringify({ ...tile, threads });
  const session = sessions.get(key) ?? (await openSession(buildTileGraph(tile), { device: 'cpu', threads }));
  sessions.set(key, session);
  return session;
}

const inTiles = (pair: PicturePair, pixelsPerTile: number, threads?: number) =>
  computeTermsInTiles(pair, LEVELS, { pixelsPerTile, sessionFor: (tile) => sessionFor(tile, threads) });

async function atOnce({ a, b, height, width, channels }: PicturePair): Promise<Float64Array> {
  const session = await openSession(buildMsssimGraph({ height, width, channels }, LEVELS), { device: 'cpu' });
  const shape = [1, height, width, channels];
  const { terms } = await session.run({
    a: { type: 'uint8', shape, data: a },
    b: { type: 'uint8', shape, data: b },
  });
  await session.close();
  return Float64Array.from(terms.data as Float64Array);
}

function expectSame(terms: Float64Array, expected: Float64Array): void {
  // The runtime's products add in blocks of 512 on this architecture; elsewhere the last bits may differ from those of one run.
  if (process.arch === 'x64') expect(terms).toEqual(expected);
  else expect(Math.max(...terms.map((term, level) => Math.abs(term - expected[level])))).toBeLessThan(1e-12);
}

describe('terms in tiles', () => {
  test.each([
    [300, 300, 3],
    [257, 1301, 3],
    [1200, 71, 1],
    [600, 521, 3],
    [3, 2600, 3],
    [2100, 1, 3],
    [1, 1, 1],
    [9, 14, 3],
  ])('of %d×%d×%d pictures have the bits of one run', async (height, width, channels) => {
    const pair = drawPair(height, width, channels);
    expectSame(await inTiles(pair, 32768), await atOnce(pair));
  });

  test('do not depend on the size of tiles or on threads', async () => {
    const side = fc.integer({ min: 1, max: 150 });
    await fc.assert(
      fc.asyncProperty(
        side,
        side,
        fc.constantFrom(1, 3),
        fc.constantFrom(100, 1500, 9000),
        fc.constantFrom(1, 2),
        async (height, width, channels, pixelsPerTile, threads) => {
          const pair = drawPair(height, width, channels, height);
          expect(await inTiles(pair, pixelsPerTile, threads)).toEqual(await inTiles(pair, 32768));
        },
      ),
      { numRuns: 12 },
    );
  });

  test('end with the reason of an aborted signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const options = { pixelsPerTile: 32768, sessionFor, signal };
    await expect(computeTermsInTiles(drawPair(20, 20, 3), LEVELS, options)).rejects.toThrow('enough');
  });
});

test('a large pair has the same score in every batch, with any number of threads', async () => {
  const pairs = [1, 2].map((seed) => drawPair(520, 530, 3, seed));
  const shape = { height: 520, width: 530, channels: 3 };
  const scores = [];
  for (const threads of [1, 2]) {
    const scorer = await openMsssim({ device: 'cpu', threads });
    const a = Buffer.concat(pairs.map((pair) => pair.a));
    const b = Buffer.concat(pairs.map((pair) => pair.b));
    scores.push(await scorer.score({ ...shape, a, b, count: 2 }));
    const single = [];
    for (const pair of pairs) single.push(...(await scorer.score({ ...pair, count: 1 })));
    scores.push(single);
    await scorer.close();
  }
  expect(new Set(scores.map((list) => JSON.stringify(list))).size).toBe(1);
  expect(scores[0][0].value).not.toBe(scores[0][1].value);
});

test('pictures of 2048×2048 pixels are scored in less than 200 MiB beside themselves', async () => {
  const pair = drawPair(2048, 2048, 3);
  const scorer = await openMsssim({ device: 'cpu', threads: 1 });
  const before = process.memoryUsage().rss;
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 5);
  await scorer.score({ ...pair, count: 1 });
  clearInterval(watch);
  await scorer.close();
  // One run for the whole pair took 1.8 GiB.
  expect((most - before) / 2 ** 20).toBeLessThan(200);
});

test('a part of a halved picture is that part of the picture halved step by step', () => {
  const side = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(side, side, fc.constantFrom(1, 3), fc.nat(4), (height, width, channels, halvings) => {
      const { a: data } = drawPair(height, width, channels);
      let picture = Array.from({ length: height }, (_, y) =>
        Array.from({ length: width }, (_, x) => data[(y * width + x) * channels + channels - 1]),
      );
      for (let i = 0; i < halvings; i++) {
        const at = (y: number, x: number) =>
          picture[Math.min(y, picture.length - 1)][Math.min(x, picture[0].length - 1)];
        picture = Array.from({ length: Math.ceil(picture.length / 2) }, (_, y) =>
          Array.from(
            { length: Math.ceil(picture[0].length / 2) },
            (_, x) =>
              (at(2 * y, 2 * x) + at(2 * y + 1, 2 * x) + at(2 * y, 2 * x + 1) + at(2 * y + 1, 2 * x + 1)) / 4,
          ),
        );
      }
      const rows = halvedLength(height, halvings);
      const columns = halvedLength(width, halvings);
      expect([rows, columns]).toEqual([picture.length, picture[0].length]);
      const top = rows >> 1;
      const part = [
        listPositions(height, halvings, top, rows - top),
        listPositions(width, halvings, 0, columns),
      ] as const;
      const pixels = { data, width, channels };
      const means = halvings === 0 ? cutPixels(pixels, ...part) : averagePixels(pixels, ...part);
      expect([...means].filter((_, i) => i % channels === channels - 1)).toEqual(picture.slice(top).flat());
    }),
  );
});

test('a block sum has the bits of the sum in order', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 1300 }), (runs, length) => {
      const values = Float64Array.from({ length: runs * length }, (_, i) => Math.sin(i * 7.3) / 3);
      const sum = new BlockSum(runs, length);
      for (let at = 0; at < length; at++) {
        for (let run = 0; run < runs; run++) sum.add(run, at, values[run * length + at]);
      }
      let expected = 0;
      for (let start = 0; start < values.length; start += SUM_BLOCK) {
        expected += values.subarray(start, start + SUM_BLOCK).reduce((part, value) => part + value, 0);
      }
      expect(sum.total()).toBe(expected);
    }),
  );
});
