import { computeWilsonInterval } from '../../math/statistics/intervals.js';
import { mean, standardDeviation } from '../../math/statistics/statistics.js';
import type { Interval } from '../metric-value.js';

/** The paper's error: over this many equal subsets of the pictures. */
export const NUM_SUBSETS = 10;

/**
 * Share of hits with its errors. Fewer pictures than ten have no `std`.
 *
 * @param order permutation of the pictures from which the subsets are taken
 */
export function describeShare(
  right: Uint8Array,
  order: Int32Array,
  level: number,
): { value: number; std?: number; se: number; interval: Interval } {
  const n = right.length;
  const hits = right.reduce((sum, one) => sum + one, 0);
  const value = hits / n;
  const interval = { level, ...computeWilsonInterval(hits, n, level) };
  const se = binomialError(value, n);
  if (n < NUM_SUBSETS) return { value, se, interval };
  const subsets = Array.from({ length: NUM_SUBSETS }, (_, i) => {
    const start = Math.floor((i * n) / NUM_SUBSETS);
    const end = Math.floor(((i + 1) * n) / NUM_SUBSETS);
    return mean(Array.from(order.subarray(start, end), (row) => right[row]));
  });
  return { value, std: standardDeviation(subsets, 0), se, interval };
}

/** Standard error of a share of n independent trials. */
export const binomialError = (share: number, n: number) => Math.sqrt((share * (1 - share)) / n);
