import { dirname } from 'node:path';
import type { RunHooks } from '../core/run-hooks.js';
import { parseGateConfig } from '../documents/gate-config.js';
import type { GateIllustrations } from '../documents/illustrations.js';
import { announceEstimate } from '../evaluate/estimate.js';
import { evaluatePlan } from '../evaluate/evaluate-plan.js';
import type { PictureInput } from '../evaluate/input.js';
import { withRun } from '../evaluate/open-run.js';
import { score } from '../evaluate/score.js';
import { illustrateFailures, illustrateFailuresAgain } from '../illustrate/illustrate-failures.js';
import { readBaseline } from './baseline-file.js';
import { asResult, type GateInput, type GateOutcome } from './gate.js';
import { compareWithBaseline } from './judging/judge-all.js';
import { inputAgain } from './score-again.js';

/** A verdict and the pictures that a page shows beside it. */
export interface IllustratedVerdict extends GateOutcome {
  /** Thumbnails of the classes that failed, samples and real pictures. */
  readonly illustrations: GateIllustrations;
}

/**
 * Decides as `gate` does, and gathers the pictures that a page shows beside the verdict. Of a result, they are read from the files that
 * it names, where they are still those that were scored.
 *
 * @param input what is judged, by which baseline and rules, and options of the score
 * @param hooks progress, notes, and a signal that ends the run
 * @returns the verdict, the result that was judged, and thumbnails of what failed
 * @throws {GanevalError} as `gate` does
 */
export async function gateIllustrated(
  { samples, baseline: named, config = {}, ...options }: GateInput,
  hooks: RunHooks = {},
): Promise<IllustratedVerdict> {
  const baseline = typeof named === 'string' ? await readBaseline(named) : named;
  const rules = parseGateConfig(config, 'What was given as rules');
  const result = await asResult(samples);
  if (result) {
    const verdict = compareWithBaseline(baseline, result, rules);
    return { verdict, result, illustrations: await illustrateFailuresAgain(verdict, result, hooks) };
  }
  const folder = typeof named === 'string' ? dirname(named) : undefined;
  const input = await inputAgain({ ...options, samples: samples as PictureInput, before: baseline, folder });
  if (input.features) {
    const result = await score(input, hooks);
    const missing = ['The samples are features: there are no pictures to show.'];
    return {
      verdict: compareWithBaseline(baseline, result, rules),
      result,
      illustrations: { failed: [], more: 0, missing },
    };
  }
  return withRun(input, hooks, async (run) => {
    await announceEstimate(run.plan, run.store, hooks);
    const evaluation = await evaluatePlan(run);
    const verdict = compareWithBaseline(baseline, evaluation.result, rules);
    const illustrations = await illustrateFailures(verdict, evaluation);
    return { verdict, result: evaluation.result, illustrations };
  });
}
