import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  computeBasicBootstrapInterval,
  computeLogInterval,
  computeNormalInterval,
  computeSquareSumInterval,
  computeWilsonInterval,
} from '../../../src/math/statistics/intervals.js';

test('the normal interval reaches 1.96 standard errors to both sides at 95 %', () => {
  const { low, high } = computeNormalInterval(10, 2, 0.95);
  expect(low).toBeCloseTo(10 - 2 * 1.959963984540054, 13);
  expect(high).toBeCloseTo(10 + 2 * 1.959963984540054, 13);
});

test('the interval by logarithms is one factor to both sides, and has no length at 0', () => {
  const { low, high } = computeLogInterval(10, 2, 0.95);
  expect(high / 10).toBeCloseTo(Math.exp(0.2 * 1.959963984540054), 13);
  expect(low * high).toBeCloseTo(100, 11);
  expect(computeLogInterval(0, 2, 0.95)).toEqual({ low: 0, high: 0 });
});

test.each([
  // Quantiles of Student's distribution at .975, from tables.
  [16, 2.119905],
  [1e9, 1.959964],
])('the interval of a sum of squares is normal in the cube root, by a quantile of %d degrees', (df, t) => {
  const { low, high } = computeSquareSumInterval(10, 1.5, 0.95, df);
  const center = 1 - 0.05 ** 2;
  expect((10 / low) ** (1 / 3)).toBeCloseTo(center + t * 0.05, 6);
  expect((10 / high) ** (1 / 3)).toBeCloseTo(center - t * 0.05, 6);
});

describe("Wilson's interval", () => {
  // Newcombe 1998, Statistics in Medicine 17, table I, method 3.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %d hits in %d is the published one', (hits, n, low, high) => {
    const interval = computeWilsonInterval(hits, n, 0.95);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  test('reaches exactly 0 and 1 where all trials agree', () => {
    expect(computeWilsonInterval(0, 10, 0.95).low).toBe(0);
    expect(computeWilsonInterval(10, 10, 0.95).high).toBe(1);
  });

  test('lies in [0, 1], holds the share, and is mirrored with the misses', () => {
    fc.assert(
      fc.property(
        fc.nat(500),
        fc.nat(500),
        fc.double({ min: 0.5, max: 0.999, noNaN: true }),
        (hits, misses, level) => {
          fc.pre(hits + misses > 0);
          const n = hits + misses;
          const { low, high } = computeWilsonInterval(hits, n, level);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          expect(low).toBeLessThanOrEqual(hits / n);
          expect(high).toBeGreaterThanOrEqual(hits / n);
          expect(computeWilsonInterval(misses, n, level).high).toBeCloseTo(1 - low, 12);
        },
      ),
    );
  });
});

describe('the basic bootstrap interval', () => {
  const replicates = Float64Array.from({ length: 101 }, (_, i) => i / 100);

  test('turns the replicates round the estimate', () => {
    // Replicates reach from 0.05 to 0.95 at 90 %: 0.4 below and 0.5 above the estimate of 0.45.
    const { low, high } = computeBasicBootstrapInterval(0.45, replicates, 0.9);
    expect(low).toBeCloseTo(0.45 - 0.5, 12);
    expect(high).toBeCloseTo(0.45 + 0.4, 12);
  });

  test('about another center leaves the bias of the replicates out', () => {
    const { low, high } = computeBasicBootstrapInterval(7, replicates, 0.9, 0.5);
    expect(low).toBeCloseTo(6.55, 12);
    expect(high).toBeCloseTo(7.45, 12);
  });

  test('does not need sorted replicates and leaves them as they are', () => {
    const shuffled = Float64Array.of(3, 1, 2);
    expect(computeBasicBootstrapInterval(2, shuffled, 0.5)).toEqual({ low: 1.5, high: 2.5 });
    expect([...shuffled]).toEqual([3, 1, 2]);
  });
});
