import type { Bounds } from '../../math/statistics/intervals.js';
import { normalQuantile } from '../../math/statistics/statistics.js';

/** What the interval of a squared MMD follows from. */
export interface MmdVariances {
  /** The part of the estimate's variance that belongs to single rows. */
  readonly single: number;
  /** The part that belongs to pairs of rows. */
  readonly pairs: number;
  /** What the part of pairs would be if the estimate were that of both whole tables. */
  readonly pairsOfWhole: number;
  /** Mean squared length of the error of the function that tells the distributions apart. */
  readonly noise: number;
}

/**
 * Interval of the squared MMD that the two distributions have. It holds every distance θ from which the estimate is not further
 * than chance explains: not by the standard error at the estimate, which is low where the estimate is low, but by that at θ
 * (as Wilson's interval of a proportion does). Chance is normal with variance P + cθ: P is the part of pairs of rows, which
 * stays at θ = 0, and the part of single rows grows with θ, because it is the variance of the function that tells the
 * distributions apart, whose squared length is θ. Their ratio c comes from that function as it is estimated, whose square
 * holds the noise of n rows, as its variance does. It is θ + noise on average, so no less than the noise; it is less by chance,
 * and it is 0 where the samples are the reference. The noise then stands in its place, so that c is bounded: with Σ the
 * covariance of the estimated function, the variance is on average at least 4 tr Σ², the square at least tr Σ, and at equal
 * distributions c is 4 tr Σ² / tr Σ, which is no more than 4 times the largest eigenvalue of Σ.
 *
 * @param value the estimate, unbiased
 */
export function computeMmdInterval(
  value: number,
  { single, pairs, pairsOfWhole, noise }: MmdVariances,
  level: number,
): Bounds {
  const z = normalQuantile((1 + level) / 2);
  const length = Math.max(0, value) + noise;
  const slope = length > 0 ? (single + 2 * pairsOfWhole) / length : 0;
  const shift = (z ** 2 * slope) / 2;
  const fixed = z * Math.sqrt(pairs);
  const half = Math.sqrt(Math.max(0, shift * (2 * value + shift) + fixed ** 2));
  return {
    low: value > fixed ? value + shift - half : value - fixed,
    high: value > -fixed ? value + shift + half : value + fixed,
  };
}
