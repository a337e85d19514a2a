import type { RunHooks } from '../core/run-hooks.js';
import type { AblatedSet } from '../documents/ablation.js';
import { largestSide } from '../evaluate/picture-set.js';
import type { PreparedSet } from '../evaluate/prepare-set.js';
import type { Subject } from '../metrics/subject.js';
import { addLosses, computeCurves, guessClasses, type ReducedSet } from './curves.js';
import { describeFinding } from './finding.js';
import type { ResolvedAblateOptions } from './options.js';
import { compareSteps, isAnyAboveChance } from './steps.js';

/** Curves, tests and finding of one set whose passes are done. */
export async function ablateSet(
  prepared: PreparedSet,
  reference: Subject | undefined,
  options: ResolvedAblateOptions,
  hooks: RunHooks,
): Promise<{ set: AblatedSet; warnings: string[] }> {
  const { plan } = prepared;
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
  const subject = plan.set.role === 'reference' ? 'reference' : 'samples';
  const finding = describeFinding({
    subject,
    fullSize,
    curve: curves.find(({ id }) => id === 'accuracy'),
    steps,
    aboveChance: guessed && isAnyAboveChance(guessed, level),
  });
  return { warnings, set: { subject, images: prepared.description, fullSize, curves, steps, finding } };
}
