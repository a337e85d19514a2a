import type { Product } from '../../../src/math/linear-algebra/product.js';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';

/** The product by its definition, so that these tests need no runtime. */
export const plainProduct: Product = async (a, b, { m, k, n, transposeA, transposeB }) => {
  const result = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let l = 0; l < k; l++) {
      const left = transposeA ? a[l * m + i] : a[i * k + l];
      for (let j = 0; j < n; j++) result[i * n + j] += left * (transposeB ? b[j * k + l] : b[l * n + j]);
    }
  }
  return result;
};

/** Uniform numbers in (−1, 1). */
export function randomMatrix(rows: number, columns: number, seed: number): Float64Array {
  const rng = new NumpyRandom(seed);
  return Float64Array.from({ length: rows * columns }, () => 2 * rng.randomSample() - 1);
}

/** A random matrix with orthonormal rows, by Gram and Schmidt done twice. */
export function randomOrthogonal(size: number, seed: number): Float64Array {
  const q = randomMatrix(size, size, seed);
  for (let i = 0; i < size; i++) {
    const row = q.subarray(i * size, (i + 1) * size);
    for (let pass = 0; pass < 2; pass++) {
      for (let l = 0; l < i; l++) {
        const other = q.subarray(l * size, (l + 1) * size);
        const dot = row.reduce((sum, value, j) => sum + value * other[j], 0);
        for (let j = 0; j < size; j++) row[j] -= dot * other[j];
      }
    }
    const norm = Math.hypot(...row);
    for (let j = 0; j < size; j++) row[j] /= norm;
  }
  return q;
}

/** Rows orthonormal, [count, size]. */
export function orthonormalRows(count: number, size: number, seed: number): Float64Array {
  return randomOrthogonal(size, seed).slice(0, count * size);
}

/** UᵀΣV with the given singular values: [rows, columns]. */
export async function matrixWithSingularValues(
  values: readonly number[],
  rows: number,
  columns: number,
  seed: number,
): Promise<Float64Array> {
  const k = values.length;
  const left = orthonormalRows(k, rows, seed);
  const right = orthonormalRows(k, columns, seed + 1);
  for (let i = 0; i < k; i++) for (let j = 0; j < rows; j++) left[i * rows + j] *= values[i];
  return plainProduct(left, right, { m: rows, k, n: columns, transposeA: true });
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = a.length === b.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}
