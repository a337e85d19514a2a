import { expect, it } from 'vitest';
import { minimize } from '../../../src/math/optimization/minimize.js';

const UNTIL = { tolerance: 1e-9, evaluations: 500 };

/** Σ scales_i·(x_i − i)² / 2, which is least at 0, 1, 2, … */
const bowl = (scales: readonly number[]) => (x: Float64Array) => ({
  value: scales.reduce((sum, scale, i) => sum + (scale * (x[i] - i) ** 2) / 2, 0),
  gradient: Float64Array.from(scales, (scale, i) => scale * (x[i] - i)),
});

it('finds the least place of bowls, steep ones and flat ones', () => {
  const found = minimize(bowl([1e-3, 1, 7, 1e3]), Float64Array.of(5, 5, 5, 5), UNTIL);
  for (const [i, each] of found.entries()) expect(each).toBeCloseTo(i, 5);
});

it('finds that of a function that is no bowl', () => {
  // e^x + e^(−2x) is least where e^(3x) = 2.
  const f = ([x]: Float64Array) => ({
    value: Math.exp(x) + Math.exp(-2 * x),
    gradient: Float64Array.of(Math.exp(x) - 2 * Math.exp(-2 * x)),
  });
  expect(minimize(f, Float64Array.of(-6), UNTIL)[0]).toBeCloseTo(Math.log(2) / 3, 9);
});

it('leaves the start as it is, and counts evaluations', () => {
  const start = Float64Array.of(9, 9);
  let count = 0;
  const f = bowl([1, 100]);
  const counted = (x: Float64Array) => {
    count++;
    return f(x);
  };
  minimize(counted, start, { tolerance: 0, evaluations: 7 });
  expect(count).toBe(7);
  expect([...start]).toEqual([9, 9]);
});

it('ends where rounding leaves nothing to gain', () => {
  const f = bowl([1, 3]);
  expect([...minimize(f, Float64Array.of(9, 9), { tolerance: 0, evaluations: 1e6 })][1]).toBeCloseTo(1, 12);
});
