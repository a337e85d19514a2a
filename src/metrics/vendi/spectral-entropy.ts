import type { Product } from '../../math/linear-algebra/product.js';
import { computeSingularValues } from '../../math/linear-algebra/singular-values.js';

/**
 * −Σ λ log λ over the eigenvalues of matrix / count.
 *
 * @param matrix symmetric and positive semidefinite, row-major [size, size]
 */
export async function computeSpectralEntropy(
  matrix: Float64Array,
  size: number,
  count: number,
  product: Product,
): Promise<number> {
  // Its singular values: the eigenvalues are none below 0.
  const values = await computeSingularValues(matrix, size, size, product);
  let entropy = 0;
  // From the smallest up, so that no small term is lost.
  for (let i = values.length - 1; i >= 0; i--) {
    const share = values[i] / count;
    if (share > 0) entropy -= share * Math.log(share);
  }
  return entropy;
}
