import type { RunHooks } from '../core/run-hooks.js';
import { estimatePlan, type ScorePlan } from './estimate.js';
import type { ScoreInput } from './input.js';
import { withRun } from './open-run.js';

/**
 * Plans what `score` would do with the same input, and how long it would take. Nothing is written.
 *
 * @param input as for `score`
 * @param hooks progress, notes, and a signal that ends the run
 * @returns passes over the pictures, what is cached of them, and seconds at the rate of a short warm-up
 * @throws {GanevalError} as `score` does
 */
export async function planScore(input: ScoreInput, hooks: RunHooks = {}): Promise<ScorePlan> {
  return withRun(input, hooks, ({ plan, store }) => estimatePlan(plan, store, { signal: hooks.signal }));
}
