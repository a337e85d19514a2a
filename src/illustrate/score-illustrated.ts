import type { RunHooks } from '../core/run-hooks.js';
import type { Illustrations } from '../documents/illustrations.js';
import type { EvaluationResult } from '../documents/result.js';
import { announceEstimate } from '../evaluate/estimate.js';
import type { ScoreInput } from '../evaluate/input.js';
import { withRun } from '../evaluate/open-run.js';
import { evaluateSets } from '../evaluate/score.js';
import { illustrate } from './illustrate.js';

export interface IllustratedResult {
  readonly result: EvaluationResult;
  readonly illustrations: Illustrations;
}

/** As `score`, with the pictures that a page shows beside the result. Throws as `score` does. */
export async function scoreIllustrated(input: ScoreInput, hooks: RunHooks = {}): Promise<IllustratedResult> {
  return withRun(input, hooks, async ({ plan, store, startedAt }) => {
    await announceEstimate(plan, store, hooks);
    const evaluation = await evaluateSets(plan, store, startedAt, hooks);
    return { result: evaluation.result, illustrations: await illustrate(plan, evaluation, hooks) };
  });
}
