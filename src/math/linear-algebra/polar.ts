import type { Product } from './product.js';

/** Singular values below this share of the Frobenius norm may come out smaller than 1. */
const SMALLEST_SHARE = 1e-6;
/** How near to 1 the other singular values come. */
const CONVERGED = 1e-9;

/**
 * The orthogonal factor UVᵀ of a matrix A = UΣVᵀ, by the Newton–Schulz iteration with the scaling of Chen and Chow
 * (2014), so by products alone. Directions whose singular value is below 1e-6 of the Frobenius norm are only partly
 * brought to length 1: good for (AAᵀ)^½ = A·(UVᵀ)ᵀ, where they count for nothing, not for UVᵀ itself.
 * @param a row-major [rows, columns], not zero; unchanged
 * @returns [rows, columns]
 */
export async function computePolarFactor(
  a: Float64Array,
  rows: number,
  columns: number,
  product: Product,
): Promise<Float64Array> {
  const norm = Math.sqrt(a.reduce((sum, value) => sum + value * value, 0));
  let x: Float64Array = a.map((value) => value / norm);
  const wide = rows < columns;
  const inner = Math.min(rows, columns);
  let lowest = SMALLEST_SHARE;
  while (1 - lowest > CONVERGED) {
    const squared = 3 / (1 + lowest + lowest * lowest);
    const rho = Math.sqrt(squared);
    const gram = wide
      ? await product(x, x, { m: rows, k: columns, n: rows, transposeB: true })
      : await product(x, x, { m: columns, k: rows, n: columns, transposeA: true });
    for (let i = 0; i < gram.length; i++) gram[i] *= -0.5 * squared * rho;
    for (let i = 0; i < inner; i++) gram[i * inner + i] += 1.5 * rho;
    x = wide
      ? await product(gram, x, { m: rows, k: rows, n: columns })
      : await product(x, gram, { m: rows, k: columns, n: columns });
    lowest *= 0.5 * rho * (3 - squared * lowest * lowest);
  }
  return x;
}
