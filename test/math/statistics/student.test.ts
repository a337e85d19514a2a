import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../../../src/math/statistics/statistics.js';
import { computeStudentTail, studentQuantile } from '../../../src/math/statistics/student.js';

describe('computeStudentTail', () => {
  // By SciPy 1.11's t.sf.
  it.each([
    [2, 5, 0.050969739414929174],
    [0.3, 1, 0.4072264209222577],
    [4, 99, 6.112576378555657e-5],
    [6, 1999, 1.1682186854693418e-9],
    [-1.5, 7.3, 0.912218453598457],
    [30, 3, 4.067640213581979e-5],
    [0.001, 50, 0.49960304738775085],
    [3, 49999, 0.0013505629092763168],
  ])('of %d with %d degrees of freedom is %d', (t, df, tail) => {
    expect(computeStudentTail(t, df) / tail).toBeCloseTo(1, 9);
  });

  // By mpmath at 50 digits.
  it.each([
    [0.5, 2, 0.3333333333333333],
    [2, 16, 0.03138598175730167],
    [5, 9, 0.00036948395490162136],
    [12, 30, 2.790092707599628e-13],
    [8, 99, 1.2001519105284342e-12],
  ])('of %d with %d degrees of freedom has 12 digits', (t, df, tail) => {
    expect(Math.abs(computeStudentTail(t, df) / tail - 1)).toBeLessThan(1e-12);
  });

  it('is arctan for one degree of freedom, and normal for very many', () => {
    for (const t of [-3, -0.2, 0, 1, 8]) {
      expect(computeStudentTail(t, 1)).toBeCloseTo(0.5 - Math.atan(t) / Math.PI, 12);
    }
    expect(computeStudentTail(normalQuantile(0.99), 1e7)).toBeCloseTo(0.01, 7);
  });

  it('is 0 and 1 at the ends and refuses no degrees of freedom', () => {
    expect(computeStudentTail(Number.POSITIVE_INFINITY, 3)).toBe(0);
    expect(computeStudentTail(Number.NEGATIVE_INFINITY, 3)).toBe(1);
    expect(() => computeStudentTail(1, 0)).toThrow(RangeError);
  });

  it('never rises with t', () => {
    const t = fc.double({ min: -50, max: 50, noNaN: true });
    fc.assert(
      fc.property(t, t, fc.double({ min: 0.5, max: 1e5, noNaN: true }), (a, b, df) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(computeStudentTail(high, df)).toBeLessThanOrEqual(computeStudentTail(low, df) + 1e-12);
      }),
    );
  });
});

describe('studentQuantile', () => {
  it('turns the tail round', () => {
    expect(studentQuantile(0.975, 9)).toBeCloseTo(2.262157162798205, 10);
    expect(studentQuantile(0.01, 2000)).toBeCloseTo(-2.328213841939773, 10);
    expect(studentQuantile(0.999, 1.5)).toBeCloseTo(52.18443000899263, 8);
    expect(studentQuantile(0.5, 3)).toBe(0);
    expect(() => studentQuantile(1, 3)).toThrow(RangeError);
  });
});
