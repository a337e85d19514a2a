import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findNearestRows } from '../../src/illustrate/nearest-rows.js';
import type { Product } from '../../src/math/linear-algebra/product.js';
import type { Rows } from '../../src/metrics/rows.js';

/** a·bᵀ. */
const product: Product = async (a, b, { m, k, n }) =>
  Float64Array.from({ length: m * n }, (_, at) => {
    const [row, column] = [Math.floor(at / n), at % n];
    let sum = 0;
    for (let i = 0; i < k; i++) sum += a[row * k + i] * b[column * k + i];
    return sum;
  });

function rowsOf(values: Float32Array, width: number, reads: number[][] = []): Rows {
  return {
    width,
    count: values.length / width,
    read: async (start, end) => {
      reads.push([start, end]);
      return values.slice(start * width, end * width);
    },
  };
}

const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.sqrt(Array.from(a, (value, i) => (value - b[i]) ** 2).reduce((sum, square) => sum + square));

describe('nearest rows', () => {
  it('are those that looking at every pair finds, nearest first, the lower index first', async () => {
    const width = 3;
    const row = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: width, maxLength: width });
    const sets = fc.record({
      queries: fc.array(row, { minLength: 1, maxLength: 5 }),
      rows: fc.array(row, { minLength: 1, maxLength: 12 }),
      k: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(sets, async ({ queries, rows, k }) => {
        const flat = Float64Array.from(queries.flat());
        const found = await findNearestRows(flat, rowsOf(Float32Array.from(rows.flat()), width), product, {
          k,
        });
        for (const [i, query] of queries.entries()) {
          const expected = rows
            .map((one, index) => ({ index, distance: distance(query, one) }))
            .sort((a, b) => a.distance - b.distance || a.index - b.index)
            .slice(0, k);
          expect(found[i].map(({ index }) => index)).toEqual(expected.map(({ index }) => index));
          found[i].forEach((near, j) => {
            expect(near.distance).toBeCloseTo(expected[j].distance, 9);
          });
        }
      }),
    );
  });

  it('leave out the row that is to be skipped', async () => {
    const values = Float32Array.of(0, 1, 3);
    const found = await findNearestRows(Float64Array.from(values), rowsOf(values, 1), product, {
      k: 1,
      skip: Int32Array.of(0, 1, 2),
    });
    expect(found.map(([{ index, distance: d }]) => [index, d])).toEqual([
      [1, 1],
      [0, 1],
      [1, 2],
    ]);
  });

  it('read the rows in blocks, each once', async () => {
    const width = 2 ** 20;
    const values = new Float32Array(width * 9);
    for (let i = 0; i < 9; i++) values[i * width] = i;
    const reads: number[][] = [];
    const query = new Float64Array(width);
    query[0] = 7.2;
    const [near] = await findNearestRows(query, rowsOf(values, width, reads), product, { k: 3 });
    expect(reads).toEqual([
      [0, 4],
      [4, 8],
      [8, 9],
    ]);
    expect(near.map(({ index }) => index)).toEqual([7, 8, 6]);
  });
});
