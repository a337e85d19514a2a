import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NumpyRandom } from '../../src/math/random/numpy-random.js';
import { orderByValues } from '../../src/metrics/row-order.js';
import type { Rows } from '../../src/metrics/rows.js';

function rowsOf(table: readonly (readonly number[])[]): Rows {
  const width = table[0].length;
  return {
    count: table.length,
    width,
    read: async (start, end) => Float32Array.from(table.slice(start, end).flat()),
  };
}

/** The rows of a table with their labels, in the order found. */
async function sorted(table: readonly (readonly number[])[], labels: readonly number[]) {
  const order = await orderByValues(rowsOf(table), Int32Array.from(labels));
  return Array.from(order, (row) => [...table[row], labels[row]]);
}

describe('the order of rows by their values', () => {
  test('does not depend on where the rows stand, equal ones included', async () => {
    const row = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 3, maxLength: 3 });
    const labeled = fc.array(fc.tuple(row, fc.integer({ min: 0, max: 2 })), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(labeled, fc.integer({ min: 0, max: 999 }), async (pictures, seed) => {
        const shuffled = Array.from(
          new NumpyRandom(seed).permutation(pictures.length),
          (place) => pictures[place],
        );
        const orderOf = (each: typeof pictures) =>
          sorted(
            each.map(([values]) => values),
            each.map(([, label]) => label),
          );
        expect(await orderOf(shuffled)).toEqual(await orderOf(pictures));
      }),
    );
  });

  test('is a permutation, and changes only between neighbors where values are off by rounding', async () => {
    const rng = new NumpyRandom(7);
    const table = Array.from({ length: 200 }, () => Array.from({ length: 8 }, () => rng.randomSample()));
    const order = await orderByValues(rowsOf(table));
    expect([...order].sort((a, b) => a - b)).toEqual([...table.keys()]);
    const shaken = await orderByValues(
      rowsOf(table.map((row) => row.map((value) => value * (1 + 1e-6 * (rng.randomSample() - 0.5))))),
    );
    const place = new Map(Array.from(shaken, (row, i) => [row, i]));
    for (const [i, row] of order.entries())
      expect(Math.abs((place.get(row) ?? -9) - i)).toBeLessThanOrEqual(1);
  });
});
