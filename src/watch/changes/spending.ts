import { normalQuantile } from '../../math/statistics/statistics.js';
import { PLATEAU_WINDOWS, WINDOWS } from './windows.js';

/** How the chance of a false alarm is spent over a run. */
export interface Spending {
  /** Chance of any false alarm in the whole run. */
  readonly alpha: number;
  /** Sets over which most of it is spent. */
  readonly horizon: number;
}

/** Share that is spent evenly up to the horizon; the rest is for ever after. */
const WITHIN_HORIZON = 0.8;
/** Share for plateaus. */
const FOR_PLATEAUS = 0.2;

/** Chance of a false alarm that is spent at the n-th set, from 1; its sum over all sets is `alpha`. */
export function spendAt({ alpha, horizon }: Spending, n: number): number {
  return n <= horizon
    ? (alpha * WITHIN_HORIZON) / horizon
    : (alpha * (1 - WITHIN_HORIZON) * horizon) / (n * (n - 1));
}

/**
 * What a statistic, normal without a change, must exceed.
 *
 * @param spent at this set, over all series
 * @param series that are tested at this set
 */
export function thresholdsOf(
  spent: number,
  series: number,
): { readonly threshold: number; readonly plateauThreshold: number } {
  return {
    threshold: -normalQuantile(((1 - FOR_PLATEAUS) * spent) / (series * WINDOWS.length)),
    plateauThreshold: -normalQuantile((FOR_PLATEAUS * spent) / PLATEAU_WINDOWS.length),
  };
}
