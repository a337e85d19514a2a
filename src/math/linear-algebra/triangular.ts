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
    const row = inverse.subarray(i * rank, (i + 1) * rank);
    row[i] = 1;
    for (let l = i + 1; l < rank; l++) {
      const element = factor[i * n + pivots[l]];
      const from = l * rank;
      for (let j = l; j < rank; j++) row[j] -= element * inverse[from + j];
    }
    const diagonal = factor[i * n + pivots[i]];
    for (let j = i; j < rank; j++) row[j] /= diagonal;
  }
  return inverse;
}
