import { gammaln } from 'simple-statistics';
import { type Bounds, computeWilsonInterval } from './intervals.js';
import { computeStudentTail } from './student.js';

/** Hits among independent trials. */
export interface Proportion {
  readonly hits: number;
  readonly n: number;
}

const logFactorial = (n: number) => gammaln(n + 1);

const logChoose = (n: number, k: number) => logFactorial(n) - logFactorial(k) - logFactorial(n - k);

/**
 * One-sided p-value of "the second share is not below the first": Fisher's exact test with Lancaster's mid-p, which
 * counts the observed table by half (Lancaster 1961). It holds at any count, where the pooled z test is wrong when hits or
 * misses are few; with many of both the two agree. It never rises when the second set loses a hit.
 */
export function computeShareDropP(first: Proportion, second: Proportion): number {
  const total = first.n + second.n;
  const hits = first.hits + second.hits;
  const least = Math.max(0, hits - first.n);
  let term = Math.exp(
    logChoose(hits, second.hits) +
      logChoose(total - hits, second.n - second.hits) -
      logChoose(total, second.n),
  );
  let p = term / 2;
  // Probability of one hit less in the second set, by the ratio of neighboring terms.
  for (let k = second.hits; k > least && term > 0; k--) {
    term *= (k * (total - hits - second.n + k)) / ((hits - k + 1) * (second.n - k + 1));
    p += term;
  }
  return Math.min(1, p);
}

/**
 * One-sided p-value of "the second shares are not below the first", stratum by stratum (Cochran 1954; Mantel and Haenszel 1959):
 * what strata differ in among themselves is no part of the error. The sum of the strata's deviations is taken for normal,
 * with the t of as many degrees of freedom as there are trials, so that few trials don't give too small a p.
 *
 * @param first hits of each stratum, as many and in the order of `second`
 */
export function computeStratifiedShareDropP(
  first: readonly Proportion[],
  second: readonly Proportion[],
): number {
  let deviation = 0;
  let variance = 0;
  let trials = 0;
  for (const [i, a] of first.entries()) {
    const b = second[i];
    const total = a.n + b.n;
    const hits = a.hits + b.hits;
    trials += total;
    if (total < 2) continue;
    deviation += b.hits - (hits * b.n) / total;
    variance += (a.n * b.n * hits * (total - hits)) / (total ** 2 * (total - 1));
  }
  // Without any miss, or any hit, the two do not differ.
  if (variance === 0) return 0.5;
  return computeStudentTail(-deviation / Math.sqrt(variance), Math.max(1, trials - 2 * first.length));
}

/** Interval of the second share less the first, from Wilson's intervals of both (Newcombe 1998, method 10). */
export function computeShareChangeInterval(first: Proportion, second: Proportion, level: number): Bounds {
  const a = computeWilsonInterval(first.hits, first.n, level);
  const b = computeWilsonInterval(second.hits, second.n, level);
  const share = { a: first.hits / first.n, b: second.hits / second.n };
  const change = share.b - share.a;
  return {
    low: Math.max(-1, change - Math.hypot(share.b - b.low, a.high - share.a)),
    high: Math.min(1, change + Math.hypot(b.high - share.b, share.a - a.low)),
  };
}
