import type { CholeskyFactor } from './pivoted-cholesky.js';
import type { Product } from './product.js';

/** Triangles up to this order are inverted element by element. */
const SMALL = 96;

/**
 * The inverse of R, the upper triangular part of a pivoted Cholesky factor in the order of its pivots. A vector x of
 * the factored covariance's range is whitened by xₚᵀ·R⁻¹, where xₚ are its elements at the pivots.
 * @param n order of the matrix that was factored
 * @returns [rank, rank] row-major
 */
export function invertPivotBlock({ factor, rank, pivots }: CholeskyFactor, n: number): Float64Array {
  const inverse = new Float64Array(rank * rank);
  for (let i = rank - 1; i >= 0; i--) {
    const at = i * rank;
    inverse[at + i] = 1;
    let l = i + 1;
    // Several rows at a time, so that each element is read and written less often; its sum keeps its order.
    for (; l + 3 < rank; l += 4) {
      const [first, second, third, fourth] = [l, l + 1, l + 2, l + 3].map(
        (row) => factor[i * n + pivots[row]],
      );
      for (let j = l; j < l + 3; j++) {
        let value = inverse[at + j] - first * inverse[l * rank + j];
        if (j > l) value -= second * inverse[(l + 1) * rank + j];
        if (j > l + 1) value -= third * inverse[(l + 2) * rank + j];
        inverse[at + j] = value;
      }
      for (let j = l + 3; j < rank; j++) {
        let value = inverse[at + j] - first * inverse[l * rank + j];
        value -= second * inverse[(l + 1) * rank + j];
        value -= third * inverse[(l + 2) * rank + j];
        inverse[at + j] = value - fourth * inverse[(l + 3) * rank + j];
      }
    }
    for (; l < rank; l++) {
      const element = factor[i * n + pivots[l]];
      for (let j = l; j < rank; j++) inverse[at + j] -= element * inverse[l * rank + j];
    }
    const diagonal = factor[i * n + pivots[i]];
    for (let j = i; j < rank; j++) inverse[at + j] /= diagonal;
  }
  return inverse;
}

/**
 * What `invertPivotBlock` gives, to rounding, for large factors mostly by products: the two halves of the diagonal are inverted, and what
 * is beside them follows.
 *
 * @param n order of the matrix that was factored
 * @returns [rank, rank] row-major
 */
export function invertLargePivotBlock(
  { factor, rank, pivots }: CholeskyFactor,
  n: number,
  product: Product,
): Promise<Float64Array> {
  const triangle = new Float64Array(rank * rank);
  for (let i = 0; i < rank; i++) {
    for (let j = i; j < rank; j++) triangle[i * rank + j] = factor[i * n + pivots[j]];
  }
  return invertTriangle(triangle, rank, product);
}

async function invertTriangle(triangle: Float64Array, n: number, product: Product): Promise<Float64Array> {
  if (n <= SMALL) {
    const pivots = Int32Array.from({ length: n }, (_, i) => i);
    return invertPivotBlock({ factor: triangle, rank: n, pivots }, n);
  }
  const k = Math.ceil(n / 2);
  const rest = n - k;
  const part = (row: number, column: number, rows: number, columns: number) => {
    const values = new Float64Array(rows * columns);
    for (let i = 0; i < rows; i++) {
      const from = (row + i) * n + column;
      values.set(triangle.subarray(from, from + columns), i * columns);
    }
    return values;
  };
  const first = await invertTriangle(part(0, 0, k, k), k, product);
  const last = await invertTriangle(part(k, k, rest, rest), rest, product);
  const half = await product(first, part(0, k, k, rest), { m: k, k, n: rest });
  const beside = await product(half, last, { m: k, k: rest, n: rest });
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < k; i++) {
    inverse.set(first.subarray(i * k, (i + 1) * k), i * n);
    for (let j = 0; j < rest; j++) inverse[i * n + k + j] = -beside[i * rest + j];
  }
  for (let i = 0; i < rest; i++) inverse.set(last.subarray(i * rest, (i + 1) * rest), (k + i) * n + k);
  return inverse;
}
