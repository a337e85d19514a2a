import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adjustByHolm } from '../../../src/math/statistics/holm.js';

const pValue = fc.double({ min: 0, max: 1, noNaN: true });
const weighted = fc.array(fc.tuple(pValue, fc.double({ min: 0.01, max: 10, noNaN: true })), {
  minLength: 1,
  maxLength: 20,
});

describe('adjustByHolm', () => {
  it('follows a worked example', () => {
    // 0.005·4, 0.01·3, 0.03·2 and 0.04·1, which may not fall below the one before.
    expect(adjustByHolm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  });

  it('follows a worked example with weights', () => {
    // p/w: 0.01, 0.04, 0.06, so the factors are 4/2, 2/1 and 1/1.
    expect(adjustByHolm([0.02, 0.06, 0.04], [2, 1, 1])).toEqual([0.04, 0.08, 0.08]);
  });

  it('leaves a single p as it is, and has none for none', () => {
    expect(adjustByHolm([0.2])).toEqual([0.2]);
    expect(adjustByHolm([])).toEqual([]);
  });

  it('leaves no p-value smaller, however small its weight', () => {
    const [large, small] = adjustByHolm([0.001, 0.5], [1e10, 1e-6]);
    expect(large).toBeCloseTo(0.001, 12);
    expect(small).toBe(0.5);
  });

  it('lies between p and the weighted Bonferroni bound, whatever the order', () => {
    fc.assert(
      fc.property(weighted, (pairs) => {
        const [p, w] = [pairs.map(([each]) => each), pairs.map(([, weight]) => weight)];
        const adjusted = adjustByHolm(p, w);
        const total = w.reduce((sum, each) => sum + each, 0);
        adjusted.forEach((each, i) => {
          expect(each).toBeGreaterThanOrEqual(p[i] * (1 - 1e-12));
          expect(each).toBeLessThanOrEqual(Math.min(1, (p[i] * total) / w[i]) + 1e-12);
        });
        const turned = adjustByHolm(p.toReversed(), w.toReversed()).toReversed();
        turned.forEach((each, i) => {
          expect(each).toBeCloseTo(adjusted[i], 10);
        });
      }),
    );
  });

  it('keeps equal weights what they are without weights', () => {
    fc.assert(
      fc.property(fc.array(pValue, { minLength: 1 }), (p) => {
        const even = adjustByHolm(
          p,
          p.map(() => 0.5),
        );
        adjustByHolm(p).forEach((each, i) => {
          expect(even[i]).toBeCloseTo(each, 12);
        });
      }),
    );
  });
});
