import { expect, it } from 'vitest';
import { measureConsistency } from '../../../src/train/conditions/consistency.js';

it('counts attributes that are seen as they were asked for, against those of other samples', () => {
  const asked = Float32Array.of(1, 0, 1, 1, 0, 0, 0, 1);
  const seen = Float32Array.of(0.9, 0.1, 0.8, 0.2, 0.3, 0.6, 0.4, 0.7);
  const [all, a, b] = measureConsistency({ attributes: ['A', 'B'] }, { asked, seen, order: [1, 2, 3, 0] });
  // Shares of the samples: 1, 1/2, 1/2, 1. Their standard deviation is √(1/12), that of the mean √(1/48).
  expect(all).toMatchObject({ name: 'attributes', value: 0.75, n: 4 });
  expect(all.low).toBeCloseTo(0.75 - 1.959964 * Math.sqrt(1 / 48), 6);
  expect(all.high).toBe(1);
  expect(a).toMatchObject({ name: 'attribute:A', value: 1, high: 1, shuffled: 0.5 });
  expect(b).toMatchObject({ name: 'attribute:B', value: 0.5 });
  // B is asked for as 0 1 0 1 and seen as 0 0 1 1; the conditions of the next samples are 1 0 1 0.
  expect(b.shuffled).toBe(0.5);
  // Of both: (1 + 0)/2, (0 + 1)/2, (1 + 1)/2, (0 + 0)/2.
  expect(all.shuffled).toBe(0.5);
  // Wilson's interval of 4 of 4: 4/(4 + z²).
  expect(a.low).toBeCloseTo(4 / (4 + 1.959964 ** 2), 6);
});

it('says nothing of other samples by a single one', () => {
  const one = { asked: Float32Array.of(0.5, 0.5, 0.4, 0.4), seen: Float32Array.of(0.5, 0.5, 0.4, 0.2) };
  expect(measureConsistency({ boxes: true }, { ...one, order: [0] })).toEqual([
    { name: 'boxes', value: expect.closeTo(0.5, 6), low: 0, high: 1, shuffled: expect.closeTo(0.5, 6), n: 1 },
  ]);
});
