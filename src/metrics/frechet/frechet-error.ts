import type { Basis } from '../../math/linear-algebra/leading-subspace.js';
import { factorCholesky } from '../../math/linear-algebra/pivoted-cholesky.js';
import { computePolarFactor } from '../../math/linear-algebra/polar.js';
import type { Product } from '../../math/linear-algebra/product.js';
import { computeSingularValues } from '../../math/linear-algebra/singular-values.js';
import type { NumpyRandom } from '../../math/random/numpy-random.js';
import { commonBasis } from './common-basis.js';
import type { Gaussian } from './frechet-distance.js';
import { type InfluenceSide, influenceSpread, type Projected } from './influence.js';

/** A variance by the infinitesimal jackknife, and what it counts twice. */
export interface JackknifeVariance {
  readonly variance: number;
  /** Variance of what pairs of rows contribute together, were the features normal; in the leading directions, so rather too little. */
  readonly pairs: number;
}

export interface FrechetVariances {
  /** For other pictures on both sides. */
  readonly whole: JackknifeVariance;
  /** For other samples against the same reference; with labels, with as many of each class. */
  readonly ofSamples: JackknifeVariance;
  /** For another reference against the same samples; 0 where only its statistics are known. */
  readonly ofReference: JackknifeVariance;
  /** Influence of each of the rows of the reference that are looked at, less a constant; empty where only its statistics are known. */
  readonly influencesOfReference: Float64Array;
}

/**
 * Variances of the Fréchet distance by the infinitesimal jackknife: the distance is differentiable in the weights of
 * the rows, and the influence of a row x of one side is
 * 2·(μ₁ − μ₂)·(x − μ₁) + (x − μ₁)ᵀ(I − T)(x − μ₁) less its mean, with T the optimal transport map from that side's normal
 * distribution to the other's. Where the two sides are nearly alike the influence is mostly that of the other rows of the
 * sets themselves, and the variance is too large, at most twice: `pairs` is by how much.
 */
export async function computeFrechetVariances(
  samples: InfluenceSide,
  reference: InfluenceSide,
  rng: NumpyRandom,
  product: Product,
): Promise<FrechetVariances> {
  const basis = await commonBasis(samples, reference, rng, product);
  const first = await project(samples.gaussian, basis, product);
  const second = await project(reference.gaussian, basis, product);
  const size = first.size;
  const k1 = first.cholesky.rank;
  const k2 = second.cholesky.rank;
  const cross = await product(first.cholesky.factor, second.cholesky.factor, {
    m: k1,
    k: size,
    n: k2,
    transposeB: true,
  });
  const singularValues = await computeSingularValues(cross, k1, k2, product);
  const polar =
    singularValues[0] > 0
      ? await computePolarFactor(cross, { rows: k1, columns: k2, singularValues }, product)
      : cross;
  const pairs = pairVariance(singularValues);
  let [ofSamples, ofReference, ofAllSamples] = [NO_VARIANCE, NO_VARIANCE, 0];
  let influencesOfReference = new Float64Array();
  let share = 0;
  if (samples.rows) {
    const root = await product(cross, polar, { m: k1, k: k2, n: k1, transposeB: true });
    const outside = outsideScale(first, second);
    const setting = { basis, side: first, other: reference.gaussian.mu, root, outside };
    const { whole, withinClasses } = await influenceSpread(
      { ...samples, rows: samples.rows },
      setting,
      product,
    );
    const { count } = samples.rows;
    ofAllSamples = whole / count;
    share += 1 / count;
    // Pairs of rows go with the square of the variance that is left within classes.
    const kept = whole > 0 ? Math.min(1, withinClasses / whole) : 1;
    ofSamples = { variance: withinClasses / count, pairs: (pairs * kept ** 2) / count ** 2 };
  }
  if (reference.rows) {
    const root = await product(polar, cross, { m: k2, k: k1, n: k2, transposeA: true });
    const outside = outsideScale(second, first);
    const setting = { basis, side: second, other: samples.gaussian.mu, root, outside };
    const { whole, values } = await influenceSpread(
      { rows: reference.rows, orderRows: reference.orderRows },
      setting,
      product,
    );
    influencesOfReference = values;
    const { count } = reference.rows;
    share += 1 / count;
    ofReference = { variance: whole / count, pairs: pairs / count ** 2 };
  }
  const whole = { variance: ofAllSamples + ofReference.variance, pairs: pairs * share ** 2 };
  return { whole, ofSamples, ofReference, influencesOfReference };
}

const NO_VARIANCE: JackknifeVariance = { variance: 0, pairs: 0 };

/**
 * Variance of the distance, but for (1/n + 1/m)², between two sets of rows from one normal distribution: that of the quadratic
 * forms ‖δμ‖² and ½·Σᵢⱼ δΣᵢⱼ²/(λᵢ + λⱼ), to which it comes down there. Features with heavier tails have more.
 *
 * @param lambda eigenvalues of √(Σ₁Σ₂)
 */
function pairVariance(lambda: Float64Array): number {
  let sum = 0;
  for (const a of lambda) {
    sum += 2.25 * a * a;
    for (const b of lambda) if (a + b > 0) sum += ((a * b) / (a + b)) ** 2;
  }
  return sum;
}

/** The standard error without what the jackknife counts twice, which is half of the variance at most. */
export function correctedError({ variance, pairs }: JackknifeVariance): number {
  return Math.sqrt(Math.max(variance / 2, variance - pairs));
}

async function project(gaussian: Gaussian, basis: Basis | undefined, product: Product): Promise<Projected> {
  const { mu, trace, factor, rank, pivots } = gaussian;
  const width = mu.length;
  const size = basis ? basis.size : width;
  if (!basis && pivots) return { mu, size, cholesky: { factor, rank, pivots }, outside: 0 };
  const inside = basis ? await product(factor, basis.values, { m: rank, k: width, n: size }) : factor;
  const covariance = await product(inside, inside, { m: size, k: rank, n: size, transposeA: true });
  let kept = 0;
  for (let i = 0; i < size; i++) kept += covariance[i * size + i];
  const cholesky = await factorCholesky(covariance, size, product);
  return { mu, size, cholesky, outside: basis ? Math.max(0, trace - kept) : 0 };
}

/** By how much transport stretches the directions outside the basis, taken as one. */
function outsideScale(from: Projected, to: Projected): number {
  return from.outside > 0 ? Math.sqrt(to.outside / from.outside) : 1;
}
