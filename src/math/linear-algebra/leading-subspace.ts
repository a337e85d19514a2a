import type { NumpyRandom } from '../random/numpy-random.js';
import { factorCholesky } from './pivoted-cholesky.js';
import type { Product } from './product.js';
import { invertLargePivotBlock } from './triangular.js';

/** An orthonormal basis as the columns of a row-major [dimensions, size] matrix. */
export interface Basis {
  readonly values: Float64Array;
  readonly size: number;
}

/** Random columns as a row-major [dimensions, size] matrix, and the covariance times them. */
export interface Sketch {
  readonly values: Float64Array;
  readonly size: number;
  readonly applied: Float64Array;
}

/** Multiplies a covariance by a row-major [dimensions, columns] matrix. */
type Apply = (x: Float64Array, columns: number) => Promise<Float64Array>;

/** Where the search for a subspace begins. */
export async function drawSketch(
  apply: Apply,
  { dimensions, size }: { readonly dimensions: number; readonly size: number },
  rng: NumpyRandom,
): Promise<Sketch> {
  const values = Float64Array.from({ length: dimensions * size }, () => 2 * rng.randomSample() - 1);
  return { values, size, applied: await apply(values, size) };
}

/**
 * A basis that holds nearly all of a covariance's largest directions, by random projection and one power iteration
 * (Halko, Martinsson and Tropp 2011). Smaller than asked for where the covariance has a lower rank.
 * @param apply multiplies the covariance by a row-major [dimensions, columns] matrix
 * @param sketch of this covariance
 */
export async function computeLeadingSubspace(
  apply: Apply,
  { applied, size }: Pick<Sketch, 'applied' | 'size'>,
  product: Product,
): Promise<Basis> {
  const dimensions = applied.length / size;
  const first = await orthonormalize({ values: applied, size }, dimensions, product);
  const second = { values: await apply(first.values, first.size), size: first.size };
  // Twice, because one Cholesky QR of an ill-conditioned block leaves it a little skew.
  return orthonormalize(await orthonormalize(second, dimensions, product), dimensions, product);
}

/** Cholesky QR: the columns at the pivots of the Gram matrix, times the inverse of its triangular factor. */
async function orthonormalize({ values, size }: Basis, dimensions: number, product: Product): Promise<Basis> {
  const gram = await product(values, values, { m: size, k: dimensions, n: size, transposeA: true });
  const cholesky = await factorCholesky(gram, size, product);
  const { rank, pivots } = cholesky;
  const chosen = pickColumns(values, size, pivots);
  const inverse = await invertLargePivotBlock(cholesky, size, product);
  return { values: await product(chosen, inverse, { m: dimensions, k: rank, n: rank }), size: rank };
}

/** The columns of a row-major matrix of `width` columns that are named, in that order. */
export function pickColumns(values: Float64Array, width: number, columns: Int32Array): Float64Array {
  const rows = values.length / width;
  const count = columns.length;
  const result = new Float64Array(rows * count);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < count; j++) result[i * count + j] = values[i * width + columns[j]];
  }
  return result;
}
