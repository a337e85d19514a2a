import { factorCholesky } from '../linear-algebra/pivoted-cholesky.js';
import type { Product } from '../linear-algebra/product.js';
import { invertLargePivotBlock } from '../linear-algebra/triangular.js';
import { columnMeans } from '../statistics/column-means.js';

/** A linear map from rows of features to rows of targets. */
export interface Ridge {
  readonly width: number;
  readonly targets: number;
  /** float64 [width, targets], row-major. */
  readonly weights: Float64Array;
  /** Means of the features and of the targets that it was fit to. */
  readonly meanOfFeatures: Float64Array;
  readonly meanOfTargets: Float64Array;
}

/** Rows that a map is fit to, row-major. */
export interface RidgeRows {
  readonly count: number;
  /** float64 [count, width] */
  readonly features: Float64Array;
  /** float64 [count, targets] */
  readonly targets: Float64Array;
}

/**
 * Fits the map of least squares with a penalty (Hoerl and Kennard 1970): W = (XᵀX + λI)⁻¹XᵀY of centered X and Y, whose mean is not
 * penalized. Where there are more features than rows, it is computed as the same Xᵀ(XXᵀ + λI)⁻¹Y: no matrix has more than rows × rows or
 * rows × features numbers.
 *
 * @param penalty λ as a share of the mean diagonal element of XᵀX, above 0
 */
export async function fitRidge(
  { count, features, targets }: RidgeRows,
  penalty: number,
  product: Product,
): Promise<Ridge> {
  const [width, wide] = [features.length / count, targets.length / count];
  const [x, meanOfFeatures] = center(features, count);
  const [y, meanOfTargets] = center(targets, count);
  const isWide = width > count;
  const order = isWide ? count : width;
  const gram = await product(
    x,
    x,
    isWide
      ? { m: count, k: width, n: count, transposeB: true }
      : { m: width, k: count, n: width, transposeA: true },
  );
  const project = (rows: Float64Array) => product(x, rows, { m: width, k: count, n: wide, transposeA: true });
  // Both matrices have the same trace.
  let trace = 0;
  for (let i = 0; i < order; i++) trace += gram[i * order + i];
  for (let i = 0; i < order; i++) gram[i * order + i] += (penalty * trace) / width;
  const weights = isWide
    ? await project(await solve(gram, y, order, product))
    : await solve(gram, await project(y), order, product);
  return { width, targets: wide, weights, meanOfFeatures, meanOfTargets };
}

/** Targets of rows of features: float64 [count, targets]. */
export async function predictRidge(
  { width, targets, weights, meanOfFeatures, meanOfTargets }: Ridge,
  features: Float64Array,
  product: Product,
): Promise<Float64Array> {
  const count = features.length / width;
  const x = features.map((each, i) => each - meanOfFeatures[i % width]);
  const predicted = await product(x, weights, { m: count, k: width, n: targets });
  return predicted.map((each, i) => each + meanOfTargets[i % targets]);
}

/** S⁻¹B of a positive definite S; where S is 0, as that of constant features is, 0. */
async function solve(
  s: Float64Array,
  b: Float64Array,
  order: number,
  product: Product,
): Promise<Float64Array> {
  const columns = b.length / order;
  const solved = new Float64Array(b.length);
  const factor = await factorCholesky(s, order, product);
  const { rank, pivots } = factor;
  if (rank === 0) return solved;
  // Sₚ = RᵀR in the order of the pivots, so that its inverse is R⁻¹R⁻ᵀ.
  const inverse = await invertLargePivotBlock(factor, order, product);
  const own = takeRows(b, columns, pivots.subarray(0, rank));
  const half = await product(inverse, own, { m: rank, k: rank, n: columns, transposeA: true });
  const whole = await product(inverse, half, { m: rank, k: rank, n: columns });
  for (let i = 0; i < rank; i++)
    solved.set(whole.subarray(i * columns, (i + 1) * columns), pivots[i] * columns);
  return solved;
}

function takeRows(rows: Float64Array, width: number, indices: Int32Array): Float64Array {
  const taken = new Float64Array(indices.length * width);
  for (const [i, row] of indices.entries())
    taken.set(rows.subarray(row * width, (row + 1) * width), i * width);
  return taken;
}

/** Rows less their mean, and the mean. */
function center(rows: Float64Array, count: number): [centered: Float64Array, mean: Float64Array] {
  const width = rows.length / count;
  const mean = columnMeans(rows, count, width);
  return [rows.map((each, i) => each - mean[i % width]), mean];
}
