import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  computeShareChangeInterval,
  computeShareDropP,
  computeStratifiedShareDropP,
  type Proportion,
} from '../../../src/math/statistics/two-proportions.js';

const share = (hits: number, n: number): Proportion => ({ hits, n });

const anyShare = fc
  .nat({ max: 300 })
  .chain((n) => fc.record({ n: fc.constant(n + 1), hits: fc.nat({ max: n }) }));

describe('computeShareDropP', () => {
  it('counts tables by hand', () => {
    // 3 of 3 against 1 of 3: of C(6, 4) = 15 tables, 3 have 1 hit in the second set, which is the least there can be.
    expect(computeShareDropP(share(3, 3), share(1, 3))).toBeCloseTo(3 / 15 / 2, 12);
    // 2 of 3 against 2 of 3: 3 tables below and 9 at it.
    expect(computeShareDropP(share(2, 3), share(2, 3))).toBeCloseTo((3 + 9 / 2) / 15, 12);
  });

  // By SciPy 1.11: hypergeom.cdf less half of hypergeom.pmf.
  it.each([
    [190, 200, 180, 200, 0.030336443104712774],
    [1760, 2000, 1700, 2000, 0.00275701936599546],
    [10, 10, 0, 10, 2.7062720561172574e-6],
    [0, 10, 10, 10, 0.9999972937279439],
    [44000, 50000, 43800, 50000, 0.026657329523074196],
  ])('of %d of %d against %d of %d', (x, n, y, m, p) => {
    expect(computeShareDropP(share(x, n), share(y, m)) / p).toBeCloseTo(1, 8);
  });

  it('is one half where there is nothing to tell apart', () => {
    expect(computeShareDropP(share(0, 5), share(0, 7))).toBe(0.5);
    expect(computeShareDropP(share(5, 5), share(7, 7))).toBe(0.5);
  });

  it('never rises when the second set loses a hit', () => {
    fc.assert(
      fc.property(anyShare, anyShare, (first, second) => {
        fc.pre(second.hits > 0);
        const less = share(second.hits - 1, second.n);
        expect(computeShareDropP(first, less)).toBeLessThanOrEqual(computeShareDropP(first, second) + 1e-12);
      }),
    );
  });
});

describe('computeStratifiedShareDropP', () => {
  it('adds up strata by hand', () => {
    // Two strata of 20 + 20: deviations −2 and −1 of variances 20·20·30·10/(40²·39) and 20·20·10·30/(40²·39).
    const variance = (2 * (400 * 300)) / (1600 * 39);
    const p = computeStratifiedShareDropP([share(17, 20), share(6, 20)], [share(13, 20), share(4, 20)]);
    const z = 3 / Math.sqrt(variance);
    expect(z).toBeCloseTo(1.5297, 4);
    // Student's tail with 76 degrees of freedom, by SciPy.
    expect(p).toBeCloseTo(0.0651206892, 9);
  });

  it('sees a drop that differences between the strata hide from the plain test', () => {
    const before = [share(1990, 2000), share(20, 2000)];
    const after = [share(1970, 2000), share(10, 2000)];
    const whole = computeShareDropP(share(2010, 4000), share(1980, 4000));
    expect(whole).toBeGreaterThan(0.2);
    expect(computeStratifiedShareDropP(before, after)).toBeLessThan(2e-4);
  });

  it('is one half without a miss', () => {
    expect(computeStratifiedShareDropP([share(5, 5), share(9, 9)], [share(5, 5), share(9, 9)])).toBe(0.5);
  });
});

describe('computeShareChangeInterval', () => {
  it("gives Newcombe's example", () => {
    const { low, high } = computeShareChangeInterval(share(56, 70), share(48, 80), 0.95);
    expect(low).toBeCloseTo(-0.3339, 4);
    expect(high).toBeCloseTo(-0.0524, 4);
  });

  it('holds the change and stays within −1 and 1', () => {
    fc.assert(
      fc.property(anyShare, anyShare, (first, second) => {
        const { low, high } = computeShareChangeInterval(first, second, 0.95);
        const change = second.hits / second.n - first.hits / first.n;
        expect(low).toBeGreaterThanOrEqual(-1);
        expect(low).toBeLessThanOrEqual(change + 1e-12);
        expect(high).toBeGreaterThanOrEqual(change - 1e-12);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });
});
