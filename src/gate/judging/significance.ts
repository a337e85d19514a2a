import type { Bounds } from '../../math/statistics/intervals.js';
import { computeStudentTail, studentQuantile } from '../../math/statistics/student.js';
import {
  computeShareChangeInterval,
  computeShareDropP,
  computeStratifiedShareDropP,
  type Proportion,
} from '../../math/statistics/two-proportions.js';
import { isSameMix } from './class-mix.js';
import type { Measurement, Stratum } from './measurement.js';

/** Documents hold twelve digits: a difference or an error below this share of the value is rounding. */
export const ROUNDING = 1e-9;

export interface Significance {
  /** One-sided, in [0, 1]: the chance of a change this bad or worse, were the two generators equally good. */
  readonly p: number;
  /** How it was obtained. */
  readonly test: string;
}

/**
 * Tests whether `now` is worse than `baseline`. Shares of pictures are tested by their counts, class by class where the mix is
 * the same; other values by the t of Welch (1947) from the standard errors of both. Undefined where a document has no
 * error.
 */
export function computeSignificance(
  baseline: Measurement,
  now: Measurement,
  direction: 'higher' | 'lower',
): Significance | undefined {
  const [better, worseOne] = direction === 'higher' ? [baseline, now] : [now, baseline];
  const strata = pairStrata(better.strata, worseOne.strata);
  if (isSameMix(baseline.mix, now.mix) && strata) {
    const p = computeStratifiedShareDropP(...strata);
    return { p, test: 'Cochran, Mantel and Haenszel, classes as strata' };
  }
  if (better.proportion && worseOne.proportion) {
    const p = computeShareDropP(better.proportion, worseOne.proportion);
    return { p, test: "Fisher's exact test of two shares, mid-p" };
  }
  const error = errorOfChange(baseline, now);
  if (!error) return undefined;
  const worse = direction === 'higher' ? baseline.value - now.value : now.value - baseline.value;
  const test = `t of Welch, ${Number(error.df.toPrecision(3))} degrees of freedom`;
  // Without any error, equal values are no worse, and others are not equal by chance.
  const least = ROUNDING * Math.abs(baseline.value);
  if (error.se <= least) return { p: worse > least ? 0 : 1, test };
  return { p: computeStudentTail(worse / error.se, error.df), test };
}

/** Two-sided interval of now − baseline; undefined where a document has no error. */
export function computeChangeInterval(
  baseline: Measurement,
  now: Measurement,
  level: number,
): Bounds | undefined {
  if (baseline.proportion && now.proportion) {
    return computeShareChangeInterval(baseline.proportion, now.proportion, level);
  }
  const error = errorOfChange(baseline, now);
  if (!error) return undefined;
  const change = now.value - baseline.value;
  const half = error.se === 0 ? 0 : studentQuantile((1 + level) / 2, error.df) * error.se;
  return { low: change - half, high: change + half };
}

/** The counts of the same classes in the same order; undefined unless both have two or more, and the same. */
function pairStrata(
  first: readonly Stratum[] = [],
  second: readonly Stratum[] = [],
): [Proportion[], Proportion[]] | undefined {
  const byClass = new Map(second.map((each) => [each.class, each]));
  const others = first.flatMap((each) => byClass.get(each.class) ?? []);
  const isSame = others.length === first.length && first.length === byClass.size;
  return isSame && first.length > 1 ? [[...first], others] : undefined;
}

/** Against one reference with one mix of classes, neither the reference nor the mix adds to the error of the change. */
function errorOfChange(baseline: Measurement, now: Measurement): { se: number; df: number } | undefined {
  const own =
    baseline.seSamples !== undefined && now.seSamples !== undefined && isSameMix(baseline.mix, now.mix);
  const [firstSe, secondSe] = own ? [baseline.seSamples, now.seSamples] : [baseline.se, now.se];
  if (firstSe === undefined || secondSe === undefined) return undefined;
  const [first, second] = [firstSe ** 2, secondSe ** 2];
  const se = Math.sqrt(first + second);
  const { df: firstDf = 1 } = baseline;
  const { df: secondDf = 1 } = now;
  if (se === 0) return { se, df: firstDf + secondDf };
  // Divided by the sum first: the squares of small variances would vanish.
  const [a, b] = [first / (first + second), second / (first + second)];
  return { se, df: 1 / (a ** 2 / firstDf + b ** 2 / secondDf) };
}
