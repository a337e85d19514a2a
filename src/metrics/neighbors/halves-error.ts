import { computeNormalInterval, computeWilsonInterval } from '../../math/statistics/intervals.js';
import { normalQuantile } from '../../math/statistics/statistics.js';
import { studentQuantile } from '../../math/statistics/student.js';
import type { MetricValue } from '../metric-value.js';
import { HALVES } from './halves.js';

// The uncertainty of statistics of nearest neighbors, from their values in random halves of both sets.

/** A value with its variances. */
export interface NeighborVariances {
  readonly value: number;
  /** For other samples and another reference; undefined where a set is too small to be halved. */
  readonly variance: number | undefined;
  /** For other samples against the same reference, where it is known to be less. */
  readonly ofSamples?: number;
  /** Of a share: the number of rows that it is a share of. */
  readonly shareOf?: number;
}

/**
 * Variance of a value at the full size, from its values at halves of the data that share no rows: two of a pair differ by
 * twice the variance at half the size, which is twice that at the full size. Unlike a jackknife, which counts what k rows
 * do together k times (Efron and Stein 1981), this is right for statistics of nearest neighbors too.
 */
export function computeHalvesVariance(values: Float64Array): number {
  let squares = 0;
  for (let bit = 0; bit < HALVES; bit += 2) squares += (values[bit] - values[bit + 1]) ** 2;
  return squares / (HALVES / 2) / 4;
}

/**
 * The same of a share, on the scale of arcsin √share: there its variance hardly depends on the share, which may be smaller in
 * a half. Undefined where there are no halves.
 */
export function computeShareHalvesVariance(
  share: number,
  values: Float64Array | undefined,
): number | undefined {
  if (!values) return undefined;
  const angles = values.map((value) => Math.asin(Math.sqrt(Math.min(1, value))));
  return 4 * share * (1 - share) * computeHalvesVariance(angles);
}

/** Variance of a share of independent rows, ddof 1. */
export function varianceOfShare(share: number, rows: number): number {
  return (share * (1 - share)) / (rows - 1);
}

/** Standard error and interval at a confidence level; nothing without a variance. */
export function describeHalvesError(
  { value, variance, ofSamples, shareOf }: NeighborVariances,
  level: number,
): Pick<MetricValue, 'se' | 'interval' | 'uncertainty' | 'details'> {
  if (variance === undefined) return {};
  const se = Math.sqrt(variance);
  // Few splits leave the error itself uncertain; Student's quantile makes up for it.
  const widened = (se * studentQuantile((1 + level) / 2, HALVES / 2)) / normalQuantile((1 + level) / 2);
  const { low, high } =
    shareOf === undefined
      ? computeNormalInterval(value, widened, level)
      : computeShareInterval(value, widened, shareOf, level);
  const halves = `${HALVES / 2} splits of samples and reference into halves`;
  return {
    se,
    interval: { level, low: Math.max(0, low), high },
    uncertainty: shareOf === undefined ? halves : `${halves}; Wilson interval`,
    details: {
      ...(ofSamples !== undefined && { seSamples: Math.sqrt(ofSamples) }),
      degreesOfFreedom: HALVES / 2,
    },
  };
}

/** Wilson's interval for as many independent rows as would give the share this error: it ends within 0 and 1, even there. */
function computeShareInterval(share: number, se: number, rows: number, level: number) {
  const effective = se > 0 ? Math.min(rows, (share * (1 - share)) / se ** 2) : rows;
  return computeWilsonInterval(share * effective, effective, level);
}
