import type { WatchRepeats } from '../../documents/watch.js';
import type { Spread } from './spread.js';
import { unitOfWindow, WINDOWS } from './windows.js';

/** By how much of itself the chance of a copy wanders from set to set, for good. */
const WANDER = 0.5;
/** What is assumed of it counts for so many comparisons. */
const ASSUMED_DF = 40;
/** Two samples that are near are so to each other: they are one event of chance. */
const GROUPS = { duplicates: 2, memorized: 1 };

/** A share on the scale on which the chance of samples scatters it alike wherever it is. */
export interface SteadyShare {
  readonly value: number;
  readonly se: number;
  /** The share as such of a value. */
  readonly shown: (value: number) => number;
  /** What samples as real pictures are would have. */
  readonly real: { readonly value: number; readonly se: number };
}

/**
 * The share of samples that repeat a picture, as the angle whose scatter does not depend on the share (Anscombe 1948): twice the arc sine of
 * the root of (count + 3/8) / (n + 3/4), with the standard error 1 / √(n + 1/2).
 */
export function steadyShare(
  { count, n, expected = 0 }: WatchRepeats,
  name: keyof typeof GROUPS,
): SteadyShare {
  const all = n / GROUPS[name];
  const angle = (share: number) =>
    2 * Math.asin(Math.sqrt(Math.min(1, (all * share + 3 / 8) / (all + 3 / 4))));
  return {
    value: angle(count / n),
    se: 1 / Math.sqrt(all + 1 / 2),
    shown: (value) => Math.max(0, Math.sin(value / 2) ** 2 * (1 + 3 / (4 * all)) - 3 / (8 * all)),
    real: { value: angle(Math.min(1, expected / n)), se: 0 },
  };
}

/** How much levels of such shares differ while nothing happens, for each window: by chance, and by a wander in proportion to the share. */
export function spreadOfShares(level: number, se: number): Spread[] {
  const wander = (WANDER * level) / 2;
  return WINDOWS.map((sets) => ({
    square: 1 + (2 * wander ** 2) / (se * unitOfWindow(sets)) ** 2,
    df: ASSUMED_DF,
  }));
}
