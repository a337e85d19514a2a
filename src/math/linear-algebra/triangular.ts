import type { CholeskyFactor } from './pivoted-cholesky.js';

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
