import { normalQuantile } from '../math/statistics/statistics.js';
import type { Comparison } from './comparisons.js';

/** Of a metric whose scale has no worst end, such as a distance. */
const UNKNOWN_EFFECT = 0.2;
/** Standard errors beyond which more evidence adds nothing. */
const CERTAIN = 8;

/** The worst value that a metric can have; undefined where there is none. */
export function worstOf({ entry: { unit, direction } }: Pick<Comparison, 'entry'>): number | undefined {
  if (unit === 'similarity' || unit === 'score') return 1;
  return direction === 'higher' ? 0 : undefined;
}

/** How far the value has gone from that of real pictures to the worst that there is, in [0, 1]. */
export function effectOf(comparison: Comparison): number {
  const { value, reference } = comparison;
  const worst = worstOf(comparison);
  if (worst === undefined) return UNKNOWN_EFFECT;
  return worst === reference ? 0 : clip((value - reference) / (worst - reference));
}

/** How sure the difference is, in [0, 1]: standard errors of a normal test with the same p-value. */
export function evidenceOf(p: number): number {
  if (p >= 0.5) return 0;
  return clip(-normalQuantile(Math.max(p, Number.MIN_VALUE)) / CERTAIN);
}

const clip = (share: number) => Math.min(1, Math.max(0, share));
