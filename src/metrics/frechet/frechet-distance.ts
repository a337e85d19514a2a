import { factorCholesky } from '../../math/linear-algebra/pivoted-cholesky.js';
import type { Product } from '../../math/linear-algebra/product.js';
import { computeNuclearNorm } from '../../math/linear-algebra/singular-values.js';
import { columnMeans } from '../../math/statistics/column-means.js';
import type { Rows } from '../rows.js';
import type { FeatureStatistics } from '../subject.js';
import { computeMoments } from './covariance.js';

/** A normal distribution by its mean and a factor of its covariance: Σ = FᵀF. */
export interface Gaussian {
  /** [D] */
  readonly mu: Float64Array;
  /** tr Σ */
  readonly trace: number;
  /** F, [rank, D] row-major */
  readonly factor: Float64Array;
  readonly rank: number;
  /** Present where F comes from pivoted Cholesky. */
  readonly pivots?: Int32Array;
  /** Σ, [D, D], where it is known. */
  readonly sigma?: Float64Array;
}

/**
 * The normal distribution fitted to a table of features. Where there are no more rows than features the centered rows
 * themselves are the factor, which is exact for the singular covariance that they have.
 */
export async function fitGaussian(rows: Rows, product: Product): Promise<Gaussian> {
  return rows.count > rows.width
    ? gaussianOfStatistics(await computeMoments(rows, product), product)
    : gaussianOfFewRows(rows);
}

/** The normal distribution of a mean and a covariance, whose factor is found by pivoted Cholesky. */
export async function gaussianOfStatistics(
  { mu, sigma }: FeatureStatistics,
  product: Product,
): Promise<Gaussian> {
  const width = mu.length;
  let trace = 0;
  for (let i = 0; i < width; i++) trace += sigma[i * width + i];
  return { mu, trace, sigma, ...(await factorCholesky(sigma, width, product)) };
}

async function gaussianOfFewRows(rows: Rows): Promise<Gaussian> {
  const { count, width } = rows;
  if (count < 2) throw new RangeError(`expected at least 2 rows for a covariance but received ${count}`);
  const factor = new Float64Array(await rows.read(0, count));
  const mu = columnMeans(factor, count, width);
  const scale = 1 / Math.sqrt(count - 1);
  let trace = 0;
  for (let i = 0; i < factor.length; i++) {
    factor[i] = (factor[i] - mu[i % width]) * scale;
    trace += factor[i] * factor[i];
  }
  return { mu, trace, factor, rank: count };
}

/**
 * Fréchet distance of two normal distributions (Dowson and Landau 1982),
 * ‖μ₁ − μ₂‖² + tr Σ₁ + tr Σ₂ − 2·tr √(Σ₁Σ₂), where the last trace is the sum of the singular values of F₁F₂ᵀ. No root
 * is taken of a covariance, so singular ones lose nothing and nothing complex appears. Never negative.
 */
export async function computeFrechetDistance(
  samples: Gaussian,
  reference: Gaussian,
  product: Product,
): Promise<number> {
  const width = samples.mu.length;
  let distance = samples.trace + reference.trace;
  if (samples.rank > 0 && reference.rank > 0) {
    const cross = await product(samples.factor, reference.factor, {
      m: samples.rank,
      k: width,
      n: reference.rank,
      transposeB: true,
    });
    distance -= 2 * (await computeNuclearNorm(cross, samples.rank, reference.rank, product));
  }
  let means = 0;
  for (let i = 0; i < width; i++) means += (samples.mu[i] - reference.mu[i]) ** 2;
  const total = distance + means;
  // Of numbers that overflowed no part of the sum means anything, even where it ends below 0.
  return Number.isFinite(total) ? Math.max(0, total) : Number.NaN;
}
