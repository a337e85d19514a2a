import type { Product } from './product.js';

/** Singular values below this share of the Frobenius norm may come out smaller than 1. */
const SMALLEST_SHARE = 1e-6;
/** How near to 1 the other singular values come. */
const CONVERGED = 1e-9;
/** Singular values are known at least this well, as a share of the largest. */
const ROUNDING = 1e-10;

/** Sizes of a matrix, row-major [rows, columns]. */
interface PolarShape {
  readonly rows: number;
  readonly columns: number;
  /** Descending, [min(rows, columns)]. */
  readonly singularValues?: Float64Array;
}

/**
 * The orthogonal factor UVᵀ of a matrix A = UΣVᵀ, by the Newton–Schulz iteration with the scaling of Chen and Chow
 * (2014), so by products alone. Directions whose singular value is below 1e-6 of the Frobenius norm are only partly
 * brought to length 1: good for (AAᵀ)^½ = A·(UVᵀ)ᵀ, where they count for nothing, not for UVᵀ itself.
 * @param a row-major [rows, columns], not zero; unchanged
 * @param shape sizes, and the singular values in descending order where they are known, which saves iterations
 * @returns [rows, columns]
 */
export async function computePolarFactor(
  a: Float64Array,
  { rows, columns, singularValues }: PolarShape,
  product: Product,
): Promise<Float64Array> {
  let squares = 0;
  for (const value of a) squares += value * value;
  const norm = Math.sqrt(squares);
  const largest = singularValues ? singularValues[0] * (1 + ROUNDING) : norm;
  let x: Float64Array = a.map((value) => value / largest);
  const wide = rows < columns;
  const inner = Math.min(rows, columns);
  let lowest = Math.max((SMALLEST_SHARE * norm) / largest, (singularValues?.at(-1) ?? 0) / largest);
  lowest = Math.min(lowest * (1 - ROUNDING), 1);
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
