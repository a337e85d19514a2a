import type { RunHooks } from '../core/run-hooks.js';
import type { Illustrations } from '../documents/illustrations.js';
import type { EvaluationResult } from '../documents/result.js';
import { announceEstimate } from '../evaluate/estimate.js';
import { evaluatePlan } from '../evaluate/evaluate-plan.js';
import type { ScoreInput } from '../evaluate/input.js';
import { withRun } from '../evaluate/open-run.js';
import { illustrate } from './illustrate.js';

/** A result and the pictures that a page shows beside it. */
export interface IllustratedResult {
  readonly result: EvaluationResult;
  readonly illustrations: Illustrations;
}

/**
 * Scores pictures as `score` does, and gathers the pictures that a page shows beside the result.
 *
 * @param input the samples, the reference if there is one, and options
 * @param hooks progress, notes, and a signal that ends the run
 * @returns the result, and thumbnails of samples and reference pictures
 * @throws {GanevalError} as `score` does
 */
export async function scoreIllustrated(input: ScoreInput, hooks: RunHooks = {}): Promise<IllustratedResult> {
  return withRun(input, hooks, async (run) => {
    await announceEstimate(run.plan, run.store, hooks);
    const evaluation = await evaluatePlan(run);
    return { result: evaluation.result, illustrations: await illustrate(run.plan, evaluation, hooks) };
  });
}
