import { describe, expect, test } from 'vitest';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { mean, variance } from '../../../src/math/statistics/statistics.js';
import { msssim } from '../../../src/metrics/msssim/msssim.js';
import { drawPairs } from '../../../src/metrics/msssim/msssim-pairs.js';
import { computePairMeanVariance } from '../../../src/metrics/msssim/pair-mean-error.js';
import type { PairScore } from '../../../src/metrics/subject.js';
import { compute, computeValue } from '../metric-input.js';

/** Scores of pairs that share no picture. */
function pairsOf(label: number, values: readonly number[], first = 0): PairScore[] {
  return values.map((value, i) => ({ label, a: first + 2 * i, b: first + 2 * i + 1, value, clamped: false }));
}

const pairScores = [...pairsOf(0, [0.2, 0.4, 0.6]), ...pairsOf(2, [0.1, 0.3], 10)];
const samples = {
  labels: Int32Array.of(0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 2),
  classNames: ['cat', 'dog', 'owl', 'yak'],
  pairScores,
};

describe('the value', () => {
  test('is the mean over the classes that have pairs', async () => {
    const { value, n, details } = await computeValue(msssim, samples);
    expect(value).toBeCloseTo(0.3, 14);
    expect(n).toBe(5);
    expect(details).toEqual({
      pairs: 5,
      clampedPairs: 0,
      maximum: expect.closeTo(0.4, 14),
      maximumClass: 'cat',
    });
  });

  test('has the error of independent classes', async () => {
    const { se, interval } = await computeValue(msssim, samples);
    // Variances of the means: 0.04 / 3 and 0.02 / 2.
    const expected = Math.sqrt(0.04 / 3 + 0.01) / 2;
    expect(se).toBeCloseTo(expected, 14);
    expect(interval?.high).toBeCloseTo(0.3 + 1.959963984540054 * expected, 12);
    expect((await computeValue(msssim, samples, { level: 0.5 })).interval?.level).toBe(0.5);
  });

  test('goes without an error where a class has too few pictures to tell', async () => {
    const { value, se, interval, perClass } = await computeValue(msssim, {
      ...samples,
      pairScores: [...pairScores, ...pairsOf(1, [0.9], 20)],
    });
    expect(value).toBeCloseTo(0.5, 14);
    expect([se, interval]).toEqual([undefined, undefined]);
    expect(perClass?.[1]).toEqual({ class: 'dog', value: 0.9, n: 1 });
  });
});

test('classes come with mean, error, interval and number of pairs, or with a reason', async () => {
  const { perClass = [] } = await computeValue(msssim, samples);
  expect(perClass[0]).toMatchObject({ class: 'cat', value: expect.closeTo(0.4, 14), n: 3 });
  expect(perClass[0].se).toBeCloseTo(Math.sqrt(0.04 / 3), 14);
  expect(perClass[0].interval?.level).toBe(0.95);
  expect(perClass[1]).toEqual({ class: 'dog', value: null, reason: 'one picture', n: 0 });
  expect(perClass[3]).toEqual({ class: 'yak', value: null, reason: 'no pictures', n: 0 });
  const unequal = await computeValue(msssim, { ...samples, pairScores: pairScores.slice(0, 3) });
  expect(unequal.perClass?.[2].reason).toBe('no two pictures of equal size');
});

test('clamped pairs are counted and told', async () => {
  const clamped = pairScores.map((pair, i) => ({ ...pair, clamped: i < 2 }));
  const { details, warnings } = await computeValue(msssim, { ...samples, pairScores: clamped });
  expect(details?.clampedPairs).toBe(2);
  expect(warnings).toEqual([expect.stringContaining('2 of 5 pairs have')]);
  expect((await computeValue(msssim, samples)).warnings).toBeUndefined();
});

test('against a reference: the share of classes below its largest class score', async () => {
  const reference = { pairScores: [...pairsOf(0, [0.2, 0.24]), ...pairsOf(1, [0.1], 30)] };
  const classes = {
    ...samples,
    pairScores: [...pairsOf(0, [0.1]), ...pairsOf(1, [0.3], 10), ...pairsOf(2, [0.2], 20)],
  };
  const { details } = await computeValue(msssim, classes, {}, reference);
  expect(details?.referenceMaximum).toBeCloseTo(0.22, 14);
  expect(details?.classesBelowReferenceMaximum).toBeCloseTo(2 / 3, 14);
  const without = await computeValue(msssim, classes, {}, { pairScores: [] });
  expect(without.details).not.toHaveProperty('referenceMaximum');
});

test.each([
  ['labels', { ...samples, labels: undefined }],
  ['scores', { ...samples, pairScores: undefined }],
  ['pairs', { ...samples, pairScores: [] }],
])('without %s there is a reason', async (_, incomplete) => {
  expect(await compute(msssim, incomplete)).toEqual({ reason: expect.stringMatching(/\.$/) });
});

describe('the variance of a mean over pairs', () => {
  test('of pairs that share nothing is s²/m', () => {
    const values = [0.1, 0.5, 0.3, 0.8];
    expect(computePairMeanVariance(pairsOf(0, values))).toBeCloseTo(variance(values, 1) / 4, 15);
  });

  test('of pairs that all share a picture cannot be told', () => {
    const triangle = [
      { a: 0, b: 1, value: 0.1 },
      { a: 0, b: 2, value: 0.2 },
      { a: 1, b: 2, value: 0.3 },
    ];
    expect(computePairMeanVariance(triangle)).toBeUndefined();
    expect(computePairMeanVariance(triangle.slice(0, 1))).toBeUndefined();
  });

  test.each([
    ['all pairs of 8 pictures', 8, 100],
    ['100 pairs of 20 pictures', 20, 100],
    ['60 pairs of 200 pictures', 200, 60],
  ])('is right on average: %s', (_, pictures, pairsPerClass) => {
    const rng = new NumpyRandom(9);
    const means: number[] = [];
    const estimates: number[] = [];
    for (let draw = 0; draw < 1500; draw++) {
      const place = Float64Array.from({ length: pictures }, () => rng.randomSample());
      const pairs = drawPairs({ labels: new Int32Array(pictures), pairsPerClass, seed: draw }).map(
        ({ a, b }) => ({
          a,
          b,
          value: place[a] * place[b],
        }),
      );
      means.push(mean(pairs.map(({ value }) => value)));
      estimates.push(computePairMeanVariance(pairs) ?? Number.NaN);
    }
    const ratio = mean(estimates) / variance(means, 1);
    expect(ratio).toBeGreaterThan(0.85);
    expect(ratio).toBeLessThan(1.2);
  });
});
