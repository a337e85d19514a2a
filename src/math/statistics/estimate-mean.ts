import type { Bounds } from './intervals.js';
import { mean, standardDeviation } from './statistics.js';
import { studentQuantile } from './student.js';

/** A mean of independent values. */
export interface MeanEstimate {
  readonly value: number;
  /** Standard error: the standard deviation (ddof 1) by the root of n. */
  readonly se: number;
  /** Values. */
  readonly n: number;
  /** Student's interval with n − 1 degrees of freedom. */
  readonly interval: Bounds & { readonly level: number };
}

/**
 * Estimates a mean.
 *
 * @param values independent, at least two
 * @param level of the interval, in (0, 1)
 * @throws {RangeError} for fewer values
 */
export function estimateMean(values: ArrayLike<number>, level: number): MeanEstimate {
  const n = values.length;
  if (n < 2) throw new RangeError(`expected at least 2 values but received ${n}`);
  const value = mean(values);
  const se = standardDeviation(values, 1) / Math.sqrt(n);
  const half = studentQuantile((1 + level) / 2, n - 1) * se;
  return { value, se, n, interval: { level, low: value - half, high: value + half } };
}
