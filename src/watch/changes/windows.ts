import { mean } from '../../math/statistics/statistics.js';

/**
 * Sets that a change must last: the median of so many is compared with that of those before it. Each about twice the last. Two of the
 * shortest must be worse, so that one set that stands out tells nothing.
 */
export const WINDOWS = [3, 7, 15, 31] as const;
/** Indices of those over which a plateau is told, the longer ones. */
export const PLATEAU_WINDOWS = [2, 3];
/** Sets that are compared with, where the window is shorter: the level before is then known better than that after. */
const LEAST_BEFORE = 7;
/** Fewer sets say no level. */
const FEWEST_BEFORE = 3;
/** Sets that a series must remember. */
export const MOST_SETS = 2 * WINDOWS[WINDOWS.length - 1];
/** Variance of the median of n values, over that of their mean: π/2 for many normal ones, less for few. */
const MEDIAN_FACTOR = 1.5;

/** One value of a series; worse where higher. */
export interface Point {
  readonly harm: number;
  /** Its standard error, or undefined where it is not known. */
  readonly error: number | undefined;
}

/** Two levels next to each other, before and after a change that might be. */
export interface Comparison {
  /** Sets of the second. */
  readonly sets: number;
  readonly before: number;
  readonly after: number;
  /** Standard deviation of their difference if sets differed by their errors alone; 1 where these are not known. */
  readonly unit: number;
}

/**
 * Compares the last `sets` points with those before.
 *
 * @returns undefined where too few points are before, all errors are 0, or only the last ones have any
 */
export function compareLast(points: readonly Point[], sets: number): Comparison | undefined {
  const count = Math.min(Math.max(sets, LEAST_BEFORE), points.length - sets);
  if (count < FEWEST_BEFORE) return undefined;
  const last = points.slice(-sets);
  const earlier = points.slice(-sets - count, -sets);
  const errors = earlier.flatMap(({ error }) => (error === undefined ? [] : [error]));
  if (errors.length === 0 && last[sets - 1].error !== undefined) return undefined;
  const error = errors.length === 0 ? 1 : median(errors) || Math.max(...errors);
  if (error === 0) return undefined;
  return {
    sets,
    before: median(earlier.map(({ harm }) => harm)),
    after: median(last.map(({ harm }) => harm)),
    unit: errors.length === 0 ? 1 : error * unitOfWindow(sets, count),
  };
}

/** Standard deviation of the difference of two medians, of so many values with an error of 1. */
export function unitOfWindow(sets: number, count = Math.max(sets, LEAST_BEFORE)): number {
  return Math.sqrt(MEDIAN_FACTOR * (1 / sets + 1 / count));
}

export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The likeliest first point of a rise to another level, by least squares.
 *
 * @returns how many points there are from it on
 */
export function locateStep(values: readonly number[]): number {
  let best = { sets: 1, gain: Number.NEGATIVE_INFINITY };
  const center = mean(values);
  let sum = 0;
  for (let sets = 1; sets < values.length; sets++) {
    sum += values[values.length - sets] - center;
    const gain = (sum * Math.abs(sum) * values.length) / (sets * (values.length - sets));
    if (gain > best.gain) best = { sets, gain };
  }
  return best.sets;
}

/**
 * The likeliest place where values bend into a level, by least squares of a line that ends in one.
 *
 * @param fewest points of the level
 * @returns how many points there are from it on
 */
export function locateBend(values: readonly number[], fewest: number): number {
  let best = { sets: values.length, squares: Number.POSITIVE_INFINITY };
  for (let at = 0; at <= values.length - fewest; at++) {
    const squares = squaresOfBend(values, at);
    if (squares < best.squares) best = { sets: values.length - at, squares };
  }
  return best.sets;
}

/** What is left of the values' squares by a line before `at` and a level from there on. */
function squaresOfBend(values: readonly number[], at: number): number {
  const x = values.map((_, i) => Math.max(at - i, 0));
  const [centerX, centerY] = [mean(x), mean(values)];
  let [spread, shared, total] = [0, 0, 0];
  for (const [i, y] of values.entries()) {
    spread += (x[i] - centerX) ** 2;
    shared += (x[i] - centerX) * (y - centerY);
    total += (y - centerY) ** 2;
  }
  return total - (spread > 0 ? shared ** 2 / spread : 0);
}
