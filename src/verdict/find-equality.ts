import { largestExcess } from '../math/statistics/welch.js';
import type { Candidate } from './candidate.js';
import type { AdjustedComparison, ResultContent } from './comparisons.js';
import { worstOf } from './effect.js';
import { describeNumbers } from './find-worse.js';
import { amount, count, gap } from './words.js';

/** A loss of up to this part of the way from real pictures to the worst value is none, where it is shown to be no larger. */
const MARGIN = 0.05;
/** After what is bad, before what is to be kept in mind. */
const RANK = 1.75;
/** Metrics whose numbers the sentence has. */
const MAX_METRICS = 4;

/**
 * What may be said where no test found a difference: equal only if, for every whole metric with a scale, the interval of the
 * difference excludes a loss that matters; otherwise no more than that nothing was found, and what may have been missed.
 */
export function findEquality(result: ResultContent, comparisons: readonly AdjustedComparison[]): Candidate[] {
  const whole = comparisons.filter((one) => one.class === undefined);
  if (whole.length === 0) return [];
  const bounded = whole.flatMap((comparison) => {
    const worst = worstOf(comparison);
    if (worst === undefined) return [];
    const margin = MARGIN * Math.abs(comparison.reference - worst);
    return [{ comparison, margin, missed: largestExcess(comparison.worse, result.settings.level) }];
  });
  const { samples, reference } = result;
  const n = samples.count ?? 0;
  if (bounded.length > 0 && bounded.every(({ missed, margin }) => missed <= margin)) {
    const numbers = bounded.slice(0, MAX_METRICS).map(({ comparison }) => {
      return `${comparison.entry.title} ${describeNumbers(comparison)}`;
    });
    const sentence = `As good as real pictures within the error: ${numbers.join('; ')}.`;
    return [{ rank: RANK, finding: { kind: 'as-good-as-real', severity: 'good', n, sentence } }];
  }
  const [widest] = bounded.toSorted((a, b) => b.missed / b.margin - a.missed / a.margin);
  const missed = widest === undefined ? '' : `: ${describeMissed(widest.comparison, widest.missed)}`;
  const sentence = `No difference from real pictures found with ${count(n)} samples and ${count(reference?.count ?? 0)} reference pictures, which does not show that there is none${missed}.`;
  return [{ rank: RANK, finding: { kind: 'no-difference', severity: 'note', n, sentence } }];
}

function describeMissed({ entry, reference }: AdjustedComparison, missed: number): string {
  const side = entry.direction === 'higher' ? 'below' : 'above';
  return `${entry.title} may still be ${gap(missed, entry.unit)} ${side} the ${amount(reference, entry.unit)} of real pictures`;
}
