import { describe, expect, test } from 'vitest';
import {
  mean,
  normalQuantile,
  quantileOfSorted,
  standardDeviation,
  variance,
} from '../../../src/math/statistics/statistics.js';

describe('statistics', () => {
  test('mean, variance and standard deviation of a small list', () => {
    const values = [2, 4, 4, 4, 5, 5, 7, 9];
    expect(mean(values)).toBe(5);
    expect(variance(values, 0)).toBe(4);
    expect(variance(values, 1)).toBeCloseTo(32 / 7, 14);
    expect(standardDeviation(values, 0)).toBe(2);
  });

  test('variance keeps its digits far from zero', () => {
    expect(variance([1e9 + 1, 1e9 + 2, 1e9 + 3], 1)).toBe(1);
  });

  test('quantiles between neighbors are those of numpy.quantile', () => {
    const sorted = Float64Array.of(1, 2, 4, 8);
    expect([0, 0.1, 0.5, 0.9, 1].map((p) => quantileOfSorted(sorted, p))).toEqual([
      1,
      1.3,
      3,
      expect.closeTo(6.8, 12),
      8,
    ]);
  });
});

describe('normalQuantile', () => {
  // scipy.stats.norm.ppf; one value in each range of the algorithm and at its edges.
  test.each([
    [1e-300, -37.0470962993612],
    [1e-20, -9.262340089798409],
    [1e-5, -4.264890793922825],
    [0.025, -1.9599639845400545],
    [0.07, -1.4757910281791706],
    [0.075, -1.4395314709384563],
    [0.3, -0.5244005127080409],
    [0.5, 0],
    [0.6, 0.2533471031357997],
    [0.9, 1.2815515655446004],
    [0.975, 1.959963984540054],
    [0.99999, 4.264890793923841],
  ])('of %d', (probability, expected) => {
    expect(Math.abs(normalQuantile(probability) - expected)).toBeLessThanOrEqual(
      1e-14 * Math.max(1, -expected),
    );
  });

  test.each([0, 1, -0.1, Number.NaN])('refuses %d', (probability) => {
    expect(() => normalQuantile(probability)).toThrow(RangeError);
  });
});
