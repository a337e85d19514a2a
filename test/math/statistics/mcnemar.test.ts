import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeMcnemar, computePairedChangeInterval } from '../../../src/math/statistics/mcnemar.js';

describe('McNemar’s exact test', () => {
  it('agrees with sums by hand', () => {
    // 15 throws, 3 heads or fewer: (1 + 15 + 105 + 455) of 2¹⁵, doubled.
    expect(computeMcnemar({ gained: 12, lost: 3 })).toBeCloseTo(1152 / 32768, 14);
    expect(computeMcnemar({ gained: 1, lost: 0 })).toBe(1);
    expect(computeMcnemar({ gained: 0, lost: 6 })).toBeCloseTo(2 / 64, 14);
  });

  it('tells nothing where nothing changed, or as much either way', () => {
    expect(computeMcnemar({ gained: 0, lost: 0 })).toBe(1);
    expect(computeMcnemar({ gained: 5, lost: 5 })).toBe(1);
  });

  it('agrees with scipy.stats.binomtest for many pictures', () => {
    expect(computeMcnemar({ gained: 60, lost: 30 })).toBeCloseTo(0.0020602656809630745, 14);
    expect(computeMcnemar({ gained: 3000, lost: 2900 })).toBeCloseTo(0.19743902484357673, 11);
    expect(computeMcnemar({ gained: 700, lost: 300 }) / 1.7665678007949568e-37).toBeCloseTo(1, 9);
  });

  it('is the same in both directions, and smaller the more one side outweighs the other', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), (gained, lost) => {
        const p = computeMcnemar({ gained, lost });
        expect(p).toBe(computeMcnemar({ gained: lost, lost: gained }));
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
        if (gained >= lost) expect(computeMcnemar({ gained: gained + 1, lost })).toBeLessThanOrEqual(p);
      }),
    );
  });
});

describe('the interval of a paired change', () => {
  it('agrees with the formula', () => {
    const { low, high } = computePairedChangeInterval({ n: 100, gained: 20, lost: 5 }, 0.95);
    expect(low).toBeCloseTo(0.051378585283300734, 12);
    expect(high).toBeCloseTo(0.24273906177552274, 12);
  });

  it('has a length where nothing changed, which shrinks with n', () => {
    const [few, many] = [20, 2000].map((n) => computePairedChangeInterval({ n, gained: 0, lost: 0 }, 0.95));
    expect(few.low).toBeLessThan(0);
    expect(few.high - few.low).toBeGreaterThan(10 * (many.high - many.low));
  });
});
