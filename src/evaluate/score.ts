import type { RunHooks } from '../core/run-hooks.js';
import type { EvaluationResult } from '../documents/result.js';
import { announceEstimate } from './estimate.js';
import { evaluatePlan } from './evaluate-plan.js';
import { scoreFeatures } from './feature-files/score-features.js';
import type { ScoreInput } from './input.js';
import { withRun } from './open-run.js';

/**
 * Scores a set of generated pictures: runs what the metrics need through the networks (resuming from the cache) and
 * computes every metric that the input allows. With `features`, samples and reference are files of N×D features, and no network runs.
 *
 * @param input the samples, the reference if there is one, and options; sources that are open already stay open
 * @param hooks progress, notes, and a signal that ends the run
 * @returns the result; a metric that could not be computed is an entry with the reason
 * @throws {UsageError} for options that make no sense
 * @throws {ImagesError} for pictures or a reference that can't be used
 * @throws {NetworkError} for a network or device that is missing, damaged or unfit
 * @throws {StorageError} for a cache that can't be written
 * @example
 * const { metrics } = await score({ samples: './samples', reference: './real', metrics: ['fid', 'kid'] });
 * for (const metric of metrics) if (metric.status === 'ok') console.log(metric.id, metric.value, metric.se);
 */
export async function score(input: ScoreInput, hooks: RunHooks = {}): Promise<EvaluationResult> {
  if (input.features) return scoreFeatures(input, hooks);
  return withRun(input, hooks, async (run) => {
    await announceEstimate(run.plan, run.store, hooks);
    return (await evaluatePlan(run)).result;
  });
}
