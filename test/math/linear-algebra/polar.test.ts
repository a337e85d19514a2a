import { describe, expect, it } from 'vitest';
import { computeLeadingSubspace, drawSketch } from '../../../src/math/linear-algebra/leading-subspace.js';
import { computePolarFactor } from '../../../src/math/linear-algebra/polar.js';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import {
  largestDifference,
  matrixWithSingularValues,
  orthonormalRows,
  plainProduct,
  randomMatrix,
} from './matrices.js';

describe('the polar factor', () => {
  it.each([
    [20, 20],
    [30, 12],
    [12, 30],
  ])('gives the root of AAᵀ for %d × %d', async (rows, columns) => {
    const a = randomMatrix(rows, columns, rows);
    const q = await computePolarFactor(a, { rows, columns }, plainProduct);
    const root = await plainProduct(a, q, { m: rows, k: columns, n: rows, transposeB: true });
    const squared = await plainProduct(root, root, { m: rows, k: rows, n: rows });
    const wanted = await plainProduct(a, a, { m: rows, k: columns, n: rows, transposeB: true });
    expect(largestDifference(squared, wanted)).toBeLessThan(1e-6);
  });

  it('reaches the trace, which is the nuclear norm, for a singular matrix', async () => {
    const a = await matrixWithSingularValues([3, 1, 0.1, 1e-3, 1e-9], 25, 25, 2);
    const q = await computePolarFactor(a, { rows: 25, columns: 25 }, plainProduct);
    const root = await plainProduct(a, q, { m: 25, k: 25, n: 25, transposeB: true });
    const trace = Array.from({ length: 25 }, (_, i) => root[i * 26]).reduce((sum, value) => sum + value);
    expect(trace).toBeCloseTo(4.101, 6);
  });
});

describe('the polar factor from known singular values', () => {
  it('is the one without them', async () => {
    const known = [5, 3, 1, 0.1, 0.02];
    const a = await matrixWithSingularValues(known, 12, 5, 2);
    const shape = { rows: 12, columns: 5 };
    const plain = await computePolarFactor(a, shape, plainProduct);
    const singularValues = Float64Array.from(known);
    const q = await computePolarFactor(a, { ...shape, singularValues }, plainProduct);
    expect(largestDifference(q, plain)).toBeLessThan(1e-9);
    const gram = await plainProduct(q, q, { m: 5, k: 12, n: 5, transposeA: true });
    const identity = Float64Array.from({ length: 25 }, (_, i) => Number(i % 6 === 0));
    expect(largestDifference(gram, identity)).toBeLessThan(1e-9);
  });

  it('is right where all are alike, and where some are 0', async () => {
    for (const known of [
      [2, 2, 2],
      [2, 1, 0],
    ]) {
      const a = await matrixWithSingularValues(known, 3, 3, 4);
      const shape = { rows: 3, columns: 3, singularValues: Float64Array.from(known) };
      const q = await computePolarFactor(a, shape, plainProduct);
      const root = await plainProduct(a, q, { m: 3, k: 3, n: 3, transposeB: true });
      const squared = await plainProduct(root, root, { m: 3, k: 3, n: 3 });
      const wanted = await plainProduct(a, a, { m: 3, k: 3, n: 3, transposeB: true });
      expect(largestDifference(squared, wanted)).toBeLessThan(1e-9);
    }
  });
});

describe('the leading subspace', () => {
  it('holds the large directions of a covariance and is orthonormal', async () => {
    const n = 60;
    const directions = orthonormalRows(n, n, 7);
    const apply = async (x: Float64Array, columns: number) => {
      const inner = await plainProduct(directions, x, { m: n, k: n, n: columns });
      for (let i = 0; i < n; i++) for (let j = 0; j < columns; j++) inner[i * columns + j] *= 0.5 ** i;
      return plainProduct(directions, inner, { m: n, k: n, n: columns, transposeA: true });
    };
    const sketch = await drawSketch(apply, { dimensions: n, size: 12 }, new NumpyRandom(1));
    const { values, size } = await computeLeadingSubspace(apply, sketch, plainProduct);
    expect(size).toBe(12);
    const gram = await plainProduct(values, values, { m: 12, k: n, n: 12, transposeA: true });
    const identity = Float64Array.from({ length: 144 }, (_, i) => Number(i % 13 === 0));
    expect(largestDifference(gram, identity)).toBeLessThan(1e-12);
    const shadows = await plainProduct(directions.slice(0, 4 * n), values, { m: 4, k: n, n: 12 });
    for (let i = 0; i < 4; i++)
      expect(Math.hypot(...shadows.subarray(i * 12, (i + 1) * 12))).toBeCloseTo(1, 6);
  });

  it('is as small as the rank', async () => {
    const rows = randomMatrix(3, 20, 1);
    const apply = async (x: Float64Array, columns: number) => {
      const inner = await plainProduct(rows, x, { m: 3, k: 20, n: columns });
      return plainProduct(rows, inner, { m: 20, k: 3, n: columns, transposeA: true });
    };
    const sketch = await drawSketch(apply, { dimensions: 20, size: 10 }, new NumpyRandom(1));
    expect((await computeLeadingSubspace(apply, sketch, plainProduct)).size).toBe(3);
  });
});
