import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { buildMsssimGraph } from '../../../src/metrics/msssim/msssim-graph.js';
import { combineTerms, openMsssim } from '../../../src/metrics/msssim/msssim-scorer.js';
import { openSession } from '../../../src/onnx/session.js';

const folder = new URL('../../../fixtures/golden/msssim/', import.meta.url);

interface GoldenPair {
  readonly id: string;
  readonly a: string;
  readonly b: string;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly values: { google: { ms_ssim: number | string; levels_ssim_cs: [number, number][] } };
}

const golden: GoldenPair[] = JSON.parse(readFileSync(new URL('msssim.json', folder), 'utf8')).pairs;

async function readPixels(file: string, channels: number): Promise<Uint8Array> {
  const picture = sharp(fileURLToPath(new URL(`pairs/${file}`, folder))).toColorspace(
    channels === 1 ? 'b-w' : 'srgb',
  );
  return new Uint8Array(await picture.removeAlpha().raw().toBuffer());
}

const readPair = async ({ a, b, channels }: GoldenPair) => ({
  a: await readPixels(a, channels),
  b: await readPixels(b, channels),
});

/** Pictures that are alike to a degree that differs from pair to pair. */
function drawPictures(count: number, length: number, seed: number) {
  const rng = new NumpyRandom(seed);
  const a = Uint8Array.from({ length: count * length }, () => rng.interval(255));
  const b = a.map((value, i) =>
    Math.floor(i / length) % 3 === 0 ? rng.interval(255) : value ^ rng.interval(31),
  );
  return { a, b };
}

const msssim = await openMsssim({ device: 'cpu' });
afterAll(() => msssim.close());

describe("against Google's code", () => {
  test.each(golden.map((pair) => [pair.id, pair] as const))('%s', async (_, pair) => {
    const [{ value, clamped }] = await msssim.score({ ...pair, ...(await readPair(pair)), count: 1 });
    const expected = pair.values.google.ms_ssim;
    if (typeof expected === 'number') {
      expect(Math.abs(value - expected)).toBeLessThan(1e-10);
      expect(clamped).toBe(false);
    } else {
      expect([value, clamped]).toEqual([0, true]);
    }
  });

  test('every level of every size', async () => {
    const shapeOf = ({ height, width, channels }: GoldenPair) => `${height} ${width} ${channels}`;
    const telling = golden.filter(({ id }) => /noise|other|gray|flat/.test(id));
    for (const shape of new Set(telling.map(shapeOf))) {
      const group = telling.filter((pair) => shapeOf(pair) === shape);
      const { height, width, channels } = group[0];
      const pixels = await Promise.all(group.map(readPair));
      const stack = (side: 'a' | 'b') => ({
        type: 'uint8' as const,
        shape: [group.length, height, width, channels],
        data: new Uint8Array(Buffer.concat(pixels.map((pair) => pair[side]))),
      });
      // A graph of L levels gives the contrast-structure up to L − 1 and the SSIM at L.
      for (let numLevels = 1; numLevels <= 6; numLevels++) {
        const session = await openSession(buildMsssimGraph(group[0], numLevels), { device: 'cpu' });
        const { terms } = await session.run({ a: stack('a'), b: stack('b') });
        await session.close();
        group.forEach(({ values }, i) => {
          values.google.levels_ssim_cs.slice(0, numLevels).forEach(([ssim, contrast], level) => {
            const expected = level === numLevels - 1 ? ssim : contrast;
            expect(Math.abs(Number(terms.data[i * numLevels + level]) - expected)).toBeLessThan(1e-10);
          });
        });
      }
    }
  });
});

/** The published algorithm pixel by pixel, for one channel. */
function scoreByDefinition(a: number[][], b: number[][]): number {
  const terms: number[] = [];
  for (let level = 0; level < 5; level++) {
    const size = Math.min(11, a.length, a[0].length);
    const sigma = (size * 1.5) / 11;
    const weights = Array.from({ length: size }, (_, i) =>
      Math.exp(-((i - (size - 1) / 2) ** 2) / (2 * sigma ** 2)),
    );
    const sum = weights.reduce((x, y) => x + y);
    const filter = (at: (y: number, x: number) => number, top: number, left: number) => {
      let total = 0;
      for (let y = 0; y < size; y++) {
        for (let x = 0; x < size; x++) total += (weights[y] * weights[x] * at(top + y, left + x)) / sum ** 2;
      }
      return total;
    };
    let total = 0;
    let positions = 0;
    for (let top = 0; top + size <= a.length; top++) {
      for (let left = 0; left + size <= a[0].length; left++) {
        const [ma, mb] = [a, b].map((p) => filter((y, x) => p[y][x], top, left));
        const va = filter((y, x) => a[y][x] ** 2, top, left) - ma ** 2;
        const vb = filter((y, x) => b[y][x] ** 2, top, left) - mb ** 2;
        const cov = filter((y, x) => a[y][x] * b[y][x], top, left) - ma * mb;
        const contrast = (2 * cov + 7.65 ** 2) / (va + vb + 7.65 ** 2);
        const luminance = (2 * ma * mb + 2.55 ** 2) / (ma ** 2 + mb ** 2 + 2.55 ** 2);
        total += level === 4 ? contrast * luminance : contrast;
        positions++;
      }
    }
    terms.push(total / positions);
    const halve = (p: number[][]) =>
      Array.from({ length: Math.ceil(p.length / 2) }, (_, y) =>
        Array.from({ length: Math.ceil(p[0].length / 2) }, (_, x) => {
          const [y1, x1] = [Math.min(2 * y + 1, p.length - 1), Math.min(2 * x + 1, p[0].length - 1)];
          return (p[2 * y][2 * x] + p[y1][2 * x] + p[2 * y][x1] + p[y1][x1]) / 4;
        }),
      );
    [a, b] = [halve(a), halve(b)];
  }
  return combineTerms(terms).value;
}

describe('any size', () => {
  test.each([
    [1, 1],
    [1, 7],
    [2, 2],
    [5, 3],
    [11, 11],
    [12, 10],
    [17, 31],
    [23, 64],
    [43, 44],
  ])('%d×%d is what the definition says', async (height, width) => {
    const { a, b } = drawPictures(2, height * width, height + width);
    const scores = await msssim.score({ a, b, count: 2, height, width, channels: 1 });
    scores.forEach(({ value }, i) => {
      const rows = (pixels: Uint8Array) =>
        Array.from({ length: height }, (_, y) => [
          ...pixels.subarray((i * height + y) * width, (i * height + y + 1) * width),
        ]);
      expect(value).toBeCloseTo(scoreByDefinition(rows(a), rows(b)), 10);
    });
  });

  test('is 1 for a picture with itself, symmetric, and in [0, 1]', async () => {
    const side = fc.integer({ min: 1, max: 40 });
    await fc.assert(
      fc.asyncProperty(
        side,
        side,
        fc.constantFrom(1, 3),
        fc.nat(1000),
        async (height, width, channels, seed) => {
          const { a, b } = drawPictures(2, height * width * channels, seed);
          const batch = { a, b, count: 2, height, width, channels };
          expect(await msssim.score({ ...batch, b: a })).toEqual([
            { value: 1, clamped: false },
            { value: 1, clamped: false },
          ]);
          const scores = await msssim.score(batch);
          const swapped = await msssim.score({ ...batch, a: b, b: a });
          scores.forEach(({ value, clamped }, i) => {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(1);
            expect(swapped[i].clamped).toBe(clamped);
            expect(swapped[i].value).toBeCloseTo(value, 9);
          });
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('the bits of a score', () => {
  test.each([
    [8, 8, 3],
    [17, 23, 1],
    [32, 32, 3],
    [75, 60, 3],
  ])('of %d×%d×%d pictures depend on neither batch nor threads', async (height, width, channels) => {
    const length = height * width * channels;
    const count = 13;
    const { a, b } = drawPictures(count, length, 11);
    const shape = { height, width, channels };
    const expected = await msssim.score({ ...shape, a, b, count });
    expect(new Set(expected.map(({ value }) => value)).size).toBeGreaterThan(4);
    for (const threads of [1, 2, 3]) {
      const scorer = await openMsssim({ device: 'cpu', threads });
      for (const size of [1, 2, 5]) {
        const scores = [];
        for (let start = 0; start < count; start += size) {
          const end = Math.min(start + size, count);
          const part = (pixels: Uint8Array) => pixels.slice(start * length, end * length);
          scores.push(...(await scorer.score({ ...shape, a: part(a), b: part(b), count: end - start })));
        }
        expect(scores).toEqual(expected);
      }
      await scorer.close();
    }
  });

  test('are the same when more sizes come than sessions stay open, and calls overlap', async () => {
    const sizes = [4, 5, 6, 7, 8, 9, 10, 11, 12, 300, 13];
    const score = (side: number) =>
      msssim.score({
        ...drawPictures(2, side * side, side),
        count: 2,
        height: side,
        width: side,
        channels: 1,
      });
    const first = await Promise.all(sizes.map(score));
    expect(await Promise.all(sizes.map(score))).toEqual(first);
  });
});

test('pictures that do not fill the shape are refused, and the next batch still runs', async () => {
  const shape = { height: 4, width: 4, channels: 3, count: 2 };
  const pixels = new Uint8Array(96);
  await expect(msssim.score({ ...shape, a: pixels, b: new Uint8Array(95) })).rejects.toThrow(RangeError);
  expect(await msssim.score({ ...shape, a: pixels, b: pixels })).toHaveLength(2);
  expect(await msssim.score({ ...shape, count: 0, a: new Uint8Array(0), b: new Uint8Array(0) })).toEqual([]);
});

describe('combineTerms', () => {
  test('raises to the weights of the levels, which sum to 1.0001', () => {
    expect(combineTerms([0.5, 0.5, 0.5, 0.5, 0.5]).value).toBeCloseTo(0.5 ** 1.0001, 14);
    expect(combineTerms([0.5, 1, 1, 1, 1]).value).toBeCloseTo(0.5 ** 0.0448, 14);
    expect(combineTerms([1, 1, 1, 1, 0.5]).value).toBeCloseTo(0.5 ** 0.1333, 14);
  });

  test('a negative term counts as 0 and is told; a term of 0 is no clamp', () => {
    expect(combineTerms([1, 1, -0.01, 1, 1])).toEqual({ value: 0, clamped: true });
    expect(combineTerms([1, 1, 1, 1, -0.01])).toEqual({ value: 0, clamped: true });
    expect(combineTerms([1, 1, 0, 1, 1])).toEqual({ value: 0, clamped: false });
  });
});
