import type { Bounds } from './intervals.js';
import { normalQuantile } from './statistics.js';

/** Trials of one set of things under two conditions, of which only the changed ones bear on the difference. */
export interface PairedCounts {
  /** Things tried. */
  readonly n: number;
  /** Missed under the first condition and hit under the second. */
  readonly gained: number;
  /** Hit under the first condition and missed under the second. */
  readonly lost: number;
}

/**
 * Two-sided p-value of McNemar's exact test (McNemar 1947, with binomial tails): were both conditions equally good, a
 * thing that changed would be gained or lost with probability 1/2.
 */
export function computeMcnemar({ gained, lost }: Pick<PairedCounts, 'gained' | 'lost'>): number {
  return Math.min(1, 2 * computeFairTail(Math.min(gained, lost), gained + lost));
}

/** P(X ≤ k) for the number X of heads in n throws of a fair coin; terms in logarithms, since 2⁻ⁿ is 0 from n = 1075. */
function computeFairTail(k: number, n: number): number {
  let logTerm = -n * Math.LN2;
  const logTerms = [logTerm];
  for (let i = 0; i < k; i++) {
    logTerm += Math.log((n - i) / (i + 1));
    logTerms.push(logTerm);
  }
  // Up to k ≤ n/2 the terms grow, so that the last is the largest.
  return Math.exp(logTerm) * logTerms.reduce((sum, each) => sum + Math.exp(each - logTerm), 0);
}

/**
 * Confidence interval of the change (gained − lost)/n of a share (Bonett and Price 2012: Wald's, with one thing added to
 * the gained and one to the lost), which has a length even where nothing changed.
 */
export function computePairedChangeInterval({ n, gained, lost }: PairedCounts, level: number): Bounds {
  const [up, down] = [(gained + 1) / (n + 2), (lost + 1) / (n + 2)];
  const half = normalQuantile((1 + level) / 2) * Math.sqrt((up + down - (up - down) ** 2) / (n + 2));
  return { low: Math.max(-1, up - down - half), high: Math.min(1, up - down + half) };
}
