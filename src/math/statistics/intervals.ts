import { normalQuantile, quantileOfSorted } from './statistics.js';

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
