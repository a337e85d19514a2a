import { computeStudentTail, studentQuantile } from './student.js';

/** A mean with its standard error and the degrees of freedom of that error. */
export interface Estimate {
  readonly value: number;
  readonly se: number;
  /** > 0 */
  readonly df: number;
}

/** Documents hold twelve digits: a difference or an error below this share of the value is rounding. */
const ROUNDING = 1e-9;

/** How far one estimate lies above another. */
export interface Excess {
  readonly difference: number;
  readonly se: number;
  readonly df: number;
  /** One-sided: the chance of an excess this large or larger, were both expected to be equal. */
  readonly p: number;
}

/** The excess of `first` over `second`, with the t of Welch (1947). */
export function computeExcess(first: Estimate, second: Estimate): Excess {
  const difference = first.value - second.value;
  const se = Math.hypot(first.se, second.se);
  const least = ROUNDING * Math.max(Math.abs(first.value), Math.abs(second.value));
  const df = degreesOf(first, second, se);
  // Without any error, equal values are no excess, and others are not equal by chance.
  if (se <= least) return { difference, se, df, p: difference > least ? 0 : 1 };
  return { difference, se, df, p: computeStudentTail(difference / se, df) };
}

function degreesOf(first: Estimate, second: Estimate, se: number): number {
  if (se === 0) return first.df + second.df;
  const [a, b] = [(first.se / se) ** 2, (second.se / se) ** 2];
  return 1 / (a ** 2 / first.df + b ** 2 / second.df);
}

/** The largest excess that a two-sided interval of this level does not exclude. */
export function largestExcess({ difference, se, df }: Excess, level: number): number {
  return difference + (se === 0 ? 0 : studentQuantile((1 + level) / 2, df) * se);
}
