import { normalQuantile, quantileOfSorted } from './statistics.js';
import { studentQuantile } from './student.js';

/** Ends of a two-sided confidence interval. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** `estimate` ± the normal quantile of `level` times `se`. */
export function computeNormalInterval(estimate: number, se: number, level: number): Bounds {
  const half = normalQuantile((1 + level) / 2) * se;
  return { low: estimate - half, high: estimate + half };
}

/**
 * `estimate` times and divided by one factor, which is an interval that is symmetric on the scale of logarithms: for estimates that are never
 * below 0, of which the larger ones have the larger errors.
 *
 * @param estimate at least 0; at 0 the interval has no length
 * @param se its standard error
 */
export function computeLogInterval(estimate: number, se: number, level: number): Bounds {
  const factor = estimate > 0 ? Math.exp((normalQuantile((1 + level) / 2) * se) / estimate) : 1;
  return { low: estimate / factor, high: estimate * factor };
}

/**
 * Interval of the mean of a sum of squares, such as a squared distance: a multiple of chi squared, whose spread grows with its mean. The
 * cube root of it is nearly normal (Wilson and Hilferty 1931), so the interval holds every mean from which the estimate is not further
 * than chance explains, with the relative error that the estimate has.
 *
 * @param estimate above 0
 * @param se its standard error
 * @param df degrees of freedom of the standard error: Student's quantile takes the place of the normal one
 */
export function computeSquareSumInterval(estimate: number, se: number, level: number, df: number): Bounds {
  const z = studentQuantile((1 + level) / 2, df);
  const deviation = se / estimate / 3;
  const center = 1 - deviation ** 2;
  const least = center - z * deviation;
  return {
    low: estimate / (center + z * deviation) ** 3,
    // With so large an error the root of a sum of squares may be near 0, where it isn't normal any more.
    high: least > 0.1 ? estimate / least ** 3 : estimate * Math.exp((z * se) / estimate),
  };
}

/**
 * Wilson's score interval of a proportion (Wilson 1927). Unlike ± se it stays in [0, 1] and has a length at 0 and at n hits.
 *
 * @param hits number of successes among `n` trials, n ≥ 1
 */
export function computeWilsonInterval(hits: number, n: number, level: number): Bounds {
  const z = normalQuantile((1 + level) / 2);
  const share = hits / n;
  const shrunk = n + z * z;
  const center = (hits + (z * z) / 2) / shrunk;
  const half = (z * Math.sqrt(n * share * (1 - share) + (z * z) / 4)) / shrunk;
  // Rounding must not push the ends past what they are exactly at 0 and n hits.
  return {
    low: hits === 0 ? 0 : Math.max(0, center - half),
    high: hits === n ? 1 : Math.min(1, center + half),
  };
}

/**
 * The basic (reverse percentile) bootstrap interval: the replicates' deviations from `center` are turned round the estimate
 * (Davison and Hinkley 1997, section 5.2).
 *
 * @param center what the replicates scatter about: the estimate itself, or the replicates' own mean where resampled
 *   duplicates bias every replicate in a way that the estimate is not biased
 */
export function computeBasicBootstrapInterval(
  estimate: number,
  replicates: ArrayLike<number>,
  level: number,
  center = estimate,
): Bounds {
  const sorted = Float64Array.from(replicates).sort();
  return {
    low: estimate + center - quantileOfSorted(sorted, (1 + level) / 2),
    high: estimate + center - quantileOfSorted(sorted, (1 - level) / 2),
  };
}
