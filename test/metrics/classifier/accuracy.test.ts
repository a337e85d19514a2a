import { describe, expect, test } from 'vitest';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { computeWilsonInterval } from '../../../src/math/statistics/intervals.js';
import { mean, standardDeviation } from '../../../src/math/statistics/statistics.js';
import { accuracy } from '../../../src/metrics/classifier/accuracy.js';
import type { Rows } from '../../../src/metrics/rows.js';
import { rowsOf } from '../golden-arrays.js';
import { compute, computeValue } from '../metric-input.js';

/** Logits of 5 columns whose largest is the given one. */
function predicting(columns: readonly number[]): Rows {
  return rowsOf(
    Float32Array.from({ length: columns.length * 5 }, (_, i) =>
      i % 5 === columns[Math.floor(i / 5)] ? 2 : -1,
    ),
    5,
  );
}

// Classes 0, 1, 2 are the columns 1, 4, 2 of a network that knows five classes.
const classColumns = Int32Array.of(1, 4, 2);
const classNames = ['cat', 'dog', 'owl'];
const labels = Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2);
const samples = {
  labels,
  classNames,
  classColumns,
  // Three cats, two dogs and four owls are recognized; two dogs are taken for cats, one cat for a class without a name.
  classLogits: predicting([1, 1, 1, 0, 4, 4, 1, 1, 2, 2, 2, 2]),
  resolutionLogits: [
    { resolution: 8, informative: true, logits: predicting([1, 0, 0, 0, 4, 4, 0, 0, 2, 2, 2, 0]) },
    { resolution: 64, informative: false, logits: predicting([1, 1, 1, 0, 4, 4, 4, 1, 2, 2, 2, 2]) },
  ],
};

test('counts the rows whose largest column is that of the label', async () => {
  const { value, n, interval } = await computeValue(accuracy, samples);
  expect(value).toBe(9 / 12);
  expect(n).toBe(12);
  expect(interval).toEqual({ level: 0.95, ...computeWilsonInterval(9, 12, 0.95) });
});

test('a tie goes to the lowest column', async () => {
  const tied = { ...samples, labels: Int32Array.of(0, 1), classLogits: rowsOf(new Float32Array(10), 5) };
  const first = { ...tied, classColumns: Int32Array.of(0, 4, 2), resolutionLogits: [] };
  expect((await computeValue(accuracy, first)).value).toBe(0.5);
});

test('the largest logit is looked for among the classes alone, where some columns are none', async () => {
  // Background, two classes, padding.
  const logits = rowsOf(Float32Array.of(9, 2, 1, 0, 0, 1, 2, 9), 4);
  const samples = {
    labels: Int32Array.of(0, 1),
    classNames: ['a', 'b'],
    classColumns: Int32Array.of(1, 2),
    classLogits: logits,
  };
  expect((await computeValue(accuracy, samples)).value).toBe(0);
  expect((await computeValue(accuracy, { ...samples, classRange: [1, 2] })).value).toBe(1);
});

test('a row of NaN is no hit', async () => {
  const nan = rowsOf(new Float32Array(5).fill(Number.NaN), 5);
  const { value } = await computeValue(accuracy, {
    labels: Int32Array.of(0),
    classNames,
    classColumns: Int32Array.of(0, 1, 2),
    classLogits: nan,
  });
  expect(value).toBe(0);
});

describe('the error', () => {
  const right = [1, 1, 1, 0, 1, 1, 0, 0, 1, 1, 1, 1];

  test('is that of the paper over ten subsets of a seeded permutation', async () => {
    const order = new NumpyRandom(2020).permutation(12);
    const ends = Array.from({ length: 11 }, (_, i) => Math.floor((i * 12) / 10));
    const subsets = ends
      .slice(1)
      .map((end, i) => mean([...order.subarray(ends[i], end)].map((row) => right[row])));
    const { value, std, se } = await computeValue(accuracy, samples);
    expect(std).toBe(standardDeviation(subsets, 0));
    // Of ten subsets the standard error is known to a third only: it is the binomial one, as that of the interval.
    expect(se).toBeCloseTo(Math.sqrt((value * (1 - value)) / 12), 14);
  });

  test('depends on the seed, the interval on the level', async () => {
    const { value, std, interval } = await computeValue(accuracy, samples);
    const seeds = await Promise.all([1, 2, 3, 4].map((seed) => computeValue(accuracy, samples, { seed })));
    expect(new Set([std, ...seeds.map((result) => result.std)]).size).toBeGreaterThan(1);
    expect(seeds.every((result) => result.value === value)).toBe(true);
    const narrow = await computeValue(accuracy, samples, { level: 0.5 });
    expect(narrow.interval?.low).toBeGreaterThan(interval?.low ?? 1);
  });

  test('of fewer than ten pictures is binomial, without a std', async () => {
    const few = { ...samples, labels: labels.slice(0, 4), classLogits: predicting([1, 1, 1, 0]) };
    const { value, std, se } = await computeValue(accuracy, { ...few, resolutionLogits: [] });
    expect([value, std]).toEqual([0.75, undefined]);
    expect(se).toBeCloseTo(Math.sqrt((0.75 * 0.25) / 4), 14);
  });
});

describe('by resolution', () => {
  test('values ascend with the resolution and say which are informative', async () => {
    const { perResolution = [] } = await computeValue(accuracy, samples);
    expect(perResolution).toEqual([
      expect.objectContaining({
        resolution: 8,
        value: 6 / 12,
        informative: true,
        classesBetterAtFull: 2 / 3,
      }),
      expect.objectContaining({ resolution: 64, value: 10 / 12, informative: false, classesBetterAtFull: 0 }),
    ]);
    expect(perResolution[0].interval).toEqual({ level: 0.95, ...computeWilsonInterval(6, 12, 0.95) });
    expect(perResolution[0].se).toBeCloseTo(Math.sqrt(0.25 / 12), 14);
  });

  test('the pictures at full size are the identity', async () => {
    const same = [{ resolution: 32, informative: true, logits: samples.classLogits }];
    const result = await computeValue(accuracy, { ...samples, resolutionLogits: same });
    const { value, std, se, interval } = result;
    expect(result.perResolution).toEqual([
      { resolution: 32, informative: true, value, std, se, interval, classesBetterAtFull: 0 },
    ]);
  });
});

describe('by class', () => {
  test('shares, binomial errors, Wilson intervals, and the resolutions', async () => {
    const { perClass = [] } = await computeValue(accuracy, samples);
    expect(perClass.map(({ class: name, value, n }) => [name, value, n])).toEqual([
      ['cat', 0.75, 4],
      ['dog', 0.5, 4],
      ['owl', 1, 4],
    ]);
    expect(perClass[1].se).toBe(0.25);
    expect(perClass[2].interval).toEqual({ level: 0.95, ...computeWilsonInterval(4, 4, 0.95) });
    expect(perClass[0].perResolution).toEqual([
      { resolution: 8, value: 0.25 },
      { resolution: 64, value: 0.75 },
    ]);
  });

  test('a class without pictures has a reason and no part in the comparison of resolutions', async () => {
    const { perClass = [], perResolution = [] } = await computeValue(accuracy, {
      ...samples,
      classNames: [...classNames, 'yak'],
      classColumns: Int32Array.of(1, 4, 2, 3),
    });
    expect(perClass[3]).toEqual({ class: 'yak', value: null, reason: 'no pictures', n: 0 });
    expect(perResolution[0].classesBetterAtFull).toBe(2 / 3);
  });

  test('the largest confusion is told by name', async () => {
    const { details } = await computeValue(accuracy, samples);
    expect(details).toEqual({ largestConfusion: 'dog taken for cat (2 of 4)' });
    const strange = { ...samples, classLogits: predicting([1, 1, 1, 1, 4, 4, 4, 4, 3, 3, 0, 2]) };
    expect((await computeValue(accuracy, strange)).details).toEqual({
      largestConfusion: "owl taken for the network's class 3 (2 of 4)",
    });
    const perfect = { ...samples, classLogits: predicting([1, 1, 1, 1, 4, 4, 4, 4, 2, 2, 2, 2]) };
    expect((await computeValue(accuracy, perfect)).details).toEqual({});
  });
});

test.each([
  ['labels', { ...samples, labels: undefined }],
  ['a network', { ...samples, classLogits: undefined }],
  ['columns', { ...samples, classColumns: undefined }],
  ['pictures', { ...samples, labels: new Int32Array(0), classLogits: rowsOf(new Float32Array(0), 5) }],
])('without %s there is a reason', async (_, incomplete) => {
  expect(await compute(accuracy, incomplete)).toEqual({ reason: expect.stringMatching(/\.$/) });
});
