import type { RunHooks } from '../core/run-hooks.js';
import type { ImageSource } from '../images/image-source.js';
import { estimatePlan, type ScorePlan } from './estimate.js';
import { resolveOptions, type ScoreOptions } from './options.js';
import { withPlan, withStore } from './score.js';

/** What `score` would do with the same arguments and how long it would take; nothing is written. */
export async function planScore(
  samples: string | ImageSource,
  options: ScoreOptions = {},
  hooks: RunHooks = {},
): Promise<ScorePlan> {
  const resolved = resolveOptions(options);
  return withPlan(samples, resolved, hooks, (plan) =>
    withStore(resolved, (store) => estimatePlan(plan, store)),
  );
}
