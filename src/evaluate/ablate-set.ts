import type { Subject } from '../metrics/metric.js';
import { addLosses, computeCurves, guessClasses, type ReducedSet } from './ablation-curves.js';
import { describeFinding } from './ablation-finding.js';
import type { ResolvedAblateOptions } from './ablation-options.js';
import type { AblatedSet } from './ablation-result.js';
import { compareSteps, isAnyAboveChance } from './ablation-steps.js';
import type { RunHooks } from './events.js';
import { largestSide } from './picture-set.js';
import type { SetPlan } from './plan.js';
import type { PreparedSet } from './subject.js';

/** Curves, tests and finding of one set whose passes are done. */
export async function ablateSet(
  plan: SetPlan,
  prepared: PreparedSet,
  reference: Subject | undefined,
  options: ResolvedAblateOptions,
  hooks: RunHooks,
): Promise<{ set: AblatedSet; warnings: string[] }> {
  const { level, metrics } = options;
  const fullSize = largestSide(plan.set.inspections);
  const asked = options.resolutions ?? [];
  const resolutions = plan.resolutions.filter((side) => side <= fullSize || asked.includes(side));
  const reduced: ReducedSet = { plan, fullSize, resolutions, at: prepared.reducedTo };
  const { curves: bare, warnings } = await computeCurves(reduced, reference, options, hooks);
  const guessed = metrics.includes('accuracy') ? await guessClasses(reduced, hooks) : undefined;
  const curves = bare.map((curve) =>
    guessed && curve.id === 'accuracy' ? addLosses(curve, guessed, level) : curve,
  );
  const steps = guessed ? compareSteps(guessed, level) : [];
  const subject = plan.set.role;
  const finding = describeFinding({
    subject,
    fullSize,
    curve: curves.find(({ id }) => id === 'accuracy'),
    steps,
    aboveChance: guessed && isAnyAboveChance(guessed, level),
  });
  return { warnings, set: { subject, images: prepared.description, fullSize, curves, steps, finding } };
}
