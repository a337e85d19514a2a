import type { RunHooks } from '../core/run-hooks.js';
import type { Illustrations } from '../documents/illustrations.js';
import type { EvaluationResult } from '../documents/result.js';
import { announceEstimate } from '../evaluate/estimate.js';
import { resolveOptions, type ScoreOptions } from '../evaluate/options.js';
import { evaluateSets, withPlan, withStore } from '../evaluate/score.js';
import type { ImageSource } from '../images/image-source.js';
import { illustrate } from './illustrate.js';

export interface IllustratedResult {
  readonly result: EvaluationResult;
  readonly illustrations: Illustrations;
}

/** As `score`, with the pictures that a page shows beside the result. Throws as `score` does. */
export async function scoreIllustrated(
  samples: string | ImageSource,
  options: ScoreOptions = {},
  hooks: RunHooks = {},
): Promise<IllustratedResult> {
  const started = new Date();
  const resolved = resolveOptions(options);
  return withPlan(samples, resolved, hooks, (plan) =>
    withStore(resolved, async (store) => {
      await announceEstimate(plan, store, hooks);
      const evaluation = await evaluateSets(plan, store, started, hooks);
      return { result: evaluation.result, illustrations: await illustrate(plan, evaluation, hooks) };
    }),
  );
}
