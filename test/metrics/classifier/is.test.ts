import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { mean, standardDeviation } from '../../../src/math/statistics/statistics.js';
import { is } from '../../../src/metrics/classifier/is.js';
import { computeSplitScores } from '../../../src/metrics/classifier/split-scores.js';
import type { Rows } from '../../../src/metrics/rows.js';
import { golden, goldenRows, rowsOf } from '../golden-arrays.js';
import { compute, computeValue } from '../metric-input.js';

const relative = (actual: number | undefined, expected: number) =>
  Math.abs((actual ?? Number.NaN) - expected) / expected;

/** Logits of `n` rows over `width` classes: one class drawn per row and made likely, with noise. */
function drawLogits(n: number, width: number, seed: number): Float32Array {
  const rng = new NumpyRandom(seed);
  const logits = Float32Array.from({ length: n * width }, () => 2 * rng.randomSample());
  for (let i = 0; i < n; i++) logits[i * width + rng.interval(width - 1)] += 6 * rng.randomSample();
  return logits;
}

/** The score of rows by the definition, with everything in memory. */
function scoreByDefinition(rows: number[][]): number {
  const p = rows.map((row) => {
    const sum = row.reduce((total, logit) => total + Math.exp(logit), 0);
    return row.map((logit) => Math.exp(logit) / sum);
  });
  const marginal = p[0].map((_, k) => mean(p.map((row) => row[k])));
  const divergence = p.map((row) => row.reduce((sum, x, k) => sum + x * Math.log(x / marginal[k]), 0));
  return Math.exp(mean(divergence));
}

describe('against the values of the field', () => {
  test.each([
    ['logits_splits10', 10, true, 'torch_fidelity_shuffle_seed2020'],
    ['logits_splits10', 10, false, 'torch_fidelity_no_shuffle'],
    ['logits_splits10', 10, false, 'openai_softmax_float64_no_shuffle'],
    ['logits_odd_splits10', 10, true, 'torch_fidelity_shuffle_seed2020'],
    ['logits_odd_splits10', 10, false, 'torch_fidelity_no_shuffle'],
    ['logits_odd_splits10', 10, false, 'openai_softmax_float64_no_shuffle'],
    ['logits_splits1', 1, true, 'torch_fidelity_shuffle_seed2020'],
    ['logits_splits1', 1, false, 'torch_fidelity_no_shuffle'],
  ])('%s, %d splits, shuffle %s: %s', async (name, numSplits, shuffle, peer) => {
    const expected = golden.isc[name];
    const result = await computeValue(is, { logits: goldenRows(expected.array) }, { numSplits, shuffle });
    expect(relative(result.value, expected[peer].mean)).toBeLessThan(1e-12);
    if (numSplits === 1) expect(result.std).toBeUndefined();
    else expect(relative(result.std, expected[peer].std)).toBeLessThan(1e-11);
  });
});

describe('the jackknife', () => {
  const width = 6;
  const logits = drawLogits(40, width, 1);
  const rows = Array.from({ length: 40 }, (_, i) => [...logits.subarray(i * width, (i + 1) * width)]);
  const without = rows.map((_, i) => scoreByDefinition(rows.toSpliced(i, 1)));

  test('is that of the score computed again without each row', async () => {
    const [split] = await computeSplitScores(rowsOf(logits, width), new Int32Array(40), 1);
    const expected = 39 * standardDeviation(without, 0) ** 2;
    expect(relative(split.variance, expected)).toBeLessThan(1e-9);
    expect(relative(split.biasCorrected, 40 * scoreByDefinition(rows) - 39 * mean(without))).toBeLessThan(
      1e-11,
    );
  });

  test('gives influences that lower the log score by their share when a row goes', async () => {
    const [{ influence }] = await computeSplitScores(rowsOf(logits, width), new Int32Array(40), 1);
    const logs = without.map(Math.log);
    for (const [i, log] of logs.entries()) expect(influence[i]).toBeCloseTo(39 * (mean(logs) - log), 9);
  });

  test('treats small and large shares of a class alike', async () => {
    // One row holds nearly all of the last class, the others next to nothing of it.
    const lonely = Float32Array.from(logits);
    for (let i = 0; i < 40; i++) lonely[i * width + width - 1] = i === 7 ? 12 : -12;
    const list = Array.from({ length: 40 }, (_, i) => [...lonely.subarray(i * width, (i + 1) * width)]);
    const [split] = await computeSplitScores(rowsOf(lonely, width), new Int32Array(40), 1);
    const scores = list.map((_, i) => scoreByDefinition(list.toSpliced(i, 1)));
    expect(relative(split.variance, 39 * standardDeviation(scores, 0) ** 2)).toBeLessThan(1e-9);
  });

  test('with splits: the error of a mean of independent splits', async () => {
    const { se } = await computeValue(
      is,
      { logits: rowsOf(logits, width) },
      { numSplits: 2, shuffle: false },
    );
    const variances = [rows.slice(0, 20), rows.slice(20)].map((half) => {
      const scores = half.map((_, i) => scoreByDefinition(half.toSpliced(i, 1)));
      return 19 * standardDeviation(scores, 0) ** 2;
    });
    expect(relative(se, Math.sqrt(variances[0] + variances[1]) / 2)).toBeLessThan(1e-9);
  });
});

describe('the interval', () => {
  test('holds the value, is seeded, and is about as wide as the standard error says', async () => {
    const samples = { logits: rowsOf(drawLogits(600, 10, 3), 10) };
    const first = await computeValue(is, samples, { numSplits: 2 });
    const again = await computeValue(is, samples, { numSplits: 2 });
    expect(again).toEqual(first);
    const { value, interval, se = 0 } = first;
    expect(interval?.low).toBeLessThan(value);
    expect(interval?.high).toBeGreaterThan(value);
    const halfWidth = ((interval?.high ?? 0) - (interval?.low ?? 0)) / 2;
    expect(halfWidth / (1.96 * se)).toBeGreaterThan(0.85);
    expect(halfWidth / (1.96 * se)).toBeLessThan(1.15);
    const other = await computeValue(is, samples, { numSplits: 2, seed: 1 });
    expect(other.interval).not.toEqual(interval);
  });

  test('grows with the level', async () => {
    const samples = { logits: rowsOf(drawLogits(200, 5, 4), 5) };
    const wide = await computeValue(is, samples, { level: 0.99 });
    const narrow = await computeValue(is, samples, { level: 0.5 });
    expect(wide.interval?.level).toBe(0.99);
    expect(wide.interval?.low).toBeLessThan(narrow.interval?.low ?? 0);
    expect(wide.interval?.high).toBeGreaterThan(narrow.interval?.high ?? 0);
  });

  test('covers the average score of as many pictures in as many splits', async () => {
    const draws = 150;
    const results = [];
    for (let seed = 0; seed < draws; seed++) {
      const samples = { logits: rowsOf(drawLogits(200, 10, 1000 + seed), 10) };
      results.push(await computeValue(is, samples, { numSplits: 4 }));
    }
    const truth = mean(results.map(({ value }) => value));
    const covered = results.filter(
      ({ interval }) => interval && interval.low <= truth && truth <= interval.high,
    );
    // 142.5 expected of 150 with a standard deviation of 2.7.
    expect(covered.length).toBeGreaterThanOrEqual(132);
    const spread = standardDeviation(
      results.map(({ value }) => value),
      1,
    );
    expect(mean(results.map(({ se = 0 }) => se)) / spread).toBeGreaterThan(0.8);
    expect(mean(results.map(({ se = 0 }) => se)) / spread).toBeLessThan(1.25);
  });
});

describe('properties', () => {
  test('lies in [1, K] for any logits', async () => {
    const logits = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), {
      minLength: 12,
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(logits, fc.integer({ min: 1, max: 4 }), async (values, numSplits) => {
        const rows = rowsOf(Float32Array.from(values.slice(0, values.length - (values.length % 3))), 3);
        const { value, std, se, interval } = await computeValue(is, { logits: rows }, { numSplits });
        expect(value).toBeGreaterThanOrEqual(1);
        expect(value).toBeLessThanOrEqual(3);
        for (const number of [std ?? 0, se ?? 0, interval?.low ?? 0, interval?.high ?? 0]) {
          expect(Number.isFinite(number)).toBe(true);
        }
      }),
    );
  });

  test('is 1 for a constant set, without an error', async () => {
    const row = [0.3, -1.7, 2.2, 0.1];
    const logits = rowsOf(
      Float32Array.from({ length: 400 }, (_, i) => row[i % 4]),
      4,
    );
    const { value, std, se } = await computeValue(is, { logits });
    expect(value).toBeCloseTo(1, 12);
    expect(std).toBeCloseTo(0, 12);
    expect(se).toBeCloseTo(0, 12);
  });

  test('is K where every split is balanced and certain', async () => {
    const logits = new Float32Array(100 * 5).fill(Number.NEGATIVE_INFINITY);
    for (let i = 0; i < 100; i++) logits[i * 5 + (i % 5)] = 0;
    const { value } = await computeValue(is, { logits: rowsOf(logits, 5) }, { shuffle: false });
    expect(value).toBeCloseTo(5, 12);
  });

  test('order within a split and a shift of a row change nothing but rounding', async () => {
    const logits = drawLogits(60, 4, 5);
    const changed = new Float32Array(240);
    for (let i = 0; i < 60; i++) {
      const from = i < 30 ? 29 - i : i;
      for (let k = 0; k < 4; k++) changed[i * 4 + k] = logits[from * 4 + k] + 4;
    }
    const options = { numSplits: 2, shuffle: false };
    const before = await computeValue(is, { logits: rowsOf(logits, 4) }, options);
    const after = await computeValue(is, { logits: rowsOf(changed, 4) }, options);
    expect(relative(after.value, before.value)).toBeLessThan(1e-6);
    expect(relative(after.se, before.se ?? 0)).toBeLessThan(1e-5);
  });

  test('the splits, the seed and the shuffling each change the value', async () => {
    const samples = { logits: rowsOf(drawLogits(100, 4, 6), 4) };
    const { value } = await computeValue(is, samples);
    expect((await computeValue(is, samples, { numSplits: 5 })).value).not.toBe(value);
    expect((await computeValue(is, samples, { seed: 1 })).value).not.toBe(value);
    expect((await computeValue(is, samples, { shuffle: false })).value).not.toBe(value);
  });
});

describe('streaming', () => {
  test('reads in blocks, and the blocks leave no trace in the result', async () => {
    // Wide enough that the rows come in several blocks.
    const width = 4096;
    const logits = drawLogits(600, width, 7);
    let largest = 0;
    const counted: Rows = {
      count: 600,
      width,
      read: async (start, end) => {
        largest = Math.max(largest, end - start);
        return logits.slice(start * width, end * width);
      },
    };
    // The last split runs over the border of two blocks, and by itself it does not.
    const splitOf = Int32Array.from({ length: 600 }, (_, i) => Math.floor(i / 200));
    const [, , last] = await computeSplitScores(counted, splitOf, 3);
    const alone = rowsOf(logits.slice(400 * width), width);
    expect(largest).toBe(256);
    expect([last]).toEqual(await computeSplitScores(alone, new Int32Array(200), 1));
  });

  test('stops when it is aborted', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const input = { samples: { count: 20, logits: rowsOf(drawLogits(20, 3, 8), 3) }, signal };
    const settings = { seed: 0, numSplits: 1, shuffle: true, kidSubsets: 1, kidSubsetSize: 2, level: 0.9 };
    await expect(is.compute({ ...input, settings: { ...settings, device: 'cpu' } })).rejects.toThrow(
      'enough',
    );
  });
});

describe('what it says', () => {
  test('fewer pictures than splits: the reason', async () => {
    const outcome = await compute(is, { logits: rowsOf(drawLogits(9, 3, 1), 3) });
    expect(outcome).toEqual({ reason: expect.stringContaining('at least 10 pictures but there are 9') });
  });

  test('logits that are not finite: which picture', async () => {
    const logits = drawLogits(20, 3, 1);
    logits[3 * 11 + 1] = Number.NaN;
    const outcome = await compute(is, { logits: rowsOf(logits, 3) });
    expect(outcome).toEqual({ reason: expect.stringContaining('picture 11') });
  });

  test('splits of one picture: a value without an error', async () => {
    const { value, se, interval } = await computeValue(is, { logits: rowsOf(drawLogits(10, 3, 1), 3) });
    expect([value, se, interval]).toEqual([1, undefined, undefined]);
  });

  test('warns of small splits, and not of those as large as the papers had', async () => {
    const small = await computeValue(is, { logits: rowsOf(drawLogits(4999, 2, 1), 2) }, { numSplits: 1 });
    expect(small.warnings).toEqual([expect.stringContaining('4999 pictures')]);
    const usual = await computeValue(is, { logits: rowsOf(drawLogits(5000, 2, 1), 2) }, { numSplits: 1 });
    expect(usual.warnings).toEqual([]);
    const tiny = await computeValue(is, { logits: rowsOf(drawLogits(2, 10, 3), 10) }, { numSplits: 2 });
    expect(tiny.warnings?.[0]).toMatch(/^A split holds 1 picture; fewer/);
  });

  test.each([
    ['sorted, not shuffled', [0, 0, 0, 1, 1, 1], false, true],
    ['sorted, shuffled', [0, 0, 0, 1, 1, 1], true, false],
    ['mixed, not shuffled', [0, 1, 0, 1, 0, 1], false, false],
    ['one class', [1, 1, 1, 1, 1, 1], false, false],
  ])('labels %s', async (_, labels, shuffle, warned) => {
    const samples = { logits: rowsOf(drawLogits(6, 2, 1), 2), labels: Int32Array.from(labels) };
    const { warnings = [] } = await computeValue(is, samples, { numSplits: 2, shuffle });
    expect(warnings.some((warning) => warning.includes('sorted by class'))).toBe(warned);
  });
});

test('with two pictures a split there is no standard error: without one of them every score is 1', async () => {
  const logits = rowsOf(drawLogits(20, 5, 3), 5);
  const samples = { logits };
  const { se, interval, value } = await computeValue(is, samples, { numSplits: 10 });
  expect([se, interval]).toEqual([undefined, undefined]);
  expect(value).toBeGreaterThan(1);
  expect((await computeValue(is, samples, { numSplits: 6 })).se).toBeGreaterThan(0);
});
