import { UsageError } from '../core/errors.js';
import { noteOnce } from '../core/note-once.js';
import type { RunHooks } from '../core/run-hooks.js';
import { versionsOfMakers } from '../core/versions.js';
import { ABLATION_SCHEMA, type AblatedSet, type Ablation } from '../documents/ablation.js';
import type { AblationIllustrations } from '../documents/illustrations.js';
import {
  describeComparability,
  describeReference,
  describeSharedSettings,
  describeStatistics,
  referenceSubject,
} from '../evaluate/describe-result.js';
import { describePlacement } from '../evaluate/devices/describe-placement.js';
import { announceEstimate, type EstimatedPlan, estimatePlan, type ScorePlan } from '../evaluate/estimate.js';
import type { PictureInput } from '../evaluate/input.js';
import { withInputs } from '../evaluate/open-run.js';
import { saveDrawnPictures } from '../evaluate/opening/generator-options.js';
import { largestSide, type PictureSet } from '../evaluate/picture-set.js';
import { makePlan, type Plan, type SetPlan } from '../evaluate/plan.js';
import { type PreparedSet, prepareSet } from '../evaluate/prepare-set.js';
import { roundNumbers } from '../evaluate/round-numbers.js';
import type { NamedStatistics } from '../evaluate/statistics/statistics-file.js';
import { listPrecisionWarnings } from '../evaluate/warnings/precision-warnings.js';
import {
  listProbabilityWarnings,
  listSkippedWarnings,
  listSourceWarnings,
  listStatisticsWarnings,
} from '../evaluate/warnings/result-warnings.js';
import { listSizeWarnings } from '../evaluate/warnings/size-warnings.js';
import { listValueWarnings } from '../evaluate/warnings/value-warnings.js';
import { withFeatureStore } from '../features/feature-store.js';
import { illustrateAblation } from '../illustrate/illustrate-ablation.js';
import { networkOfId } from '../metrics/facts.js';
import { ablateSet } from './ablate-set.js';
import {
  type AblateOptions,
  listResolutions,
  type ResolvedAblateOptions,
  resolveAblateOptions,
} from './options.js';

/** What is ablated, and how. */
export interface AblateInput extends Omit<AblateOptions, 'reference'> {
  /** Sets of generated pictures, one or more, each with its own curves. */
  readonly samples: readonly PictureInput[];
  /** Real pictures, which have curves too, or the path of a statistics `.npz`. @default no reference */
  readonly reference?: PictureInput;
}

/** One plan for all sets: the samples in the order given, then the reference if it is pictures. */
interface AblationPlan extends EstimatedPlan {
  readonly options: ResolvedAblateOptions;
  /** Of the first samples: its model, and the reference. */
  readonly first: Plan;
}

/**
 * Measures sets of pictures at falling resolutions (Odena et al. 2017, section 4.1): class accuracy, Inception Score and FID
 * of pictures reduced to each resolution and enlarged back, which resolutions carry class information, and by which test.
 *
 * @param input the sets of samples, the reference if there is one, and options; sources that are open already stay open
 * @param hooks progress, notes, and a signal that ends the run
 * @returns curves, tests and a finding for each set
 * @throws {UsageError} for options that make no sense
 * @throws {ImagesError} for pictures or a reference that can't be used
 * @throws {NetworkError} for a network or device that is missing, damaged or unfit
 * @throws {StorageError} for a cache that can't be written
 * @example
 * const { sets } = await ablate({ samples: ['./samples'], reference: './real', resolutions: [16, 32] });
 * console.log(sets[0].finding.sentences[0]);
 */
export async function ablate(input: AblateInput, hooks: RunHooks = {}): Promise<Ablation> {
  return withAblation(input, hooks, async ({ ablation }) => ablation);
}

/** An ablation and the pictures that a page shows beside it. */
export interface IllustratedAblation {
  /** What was measured. */
  readonly ablation: Ablation;
  /** Some pictures of each set at each resolution. */
  readonly illustrations: AblationIllustrations;
}

/**
 * Measures as `ablate` does, and gathers the pictures that a page shows beside the curves: the same ones at each resolution.
 *
 * @param input the sets of samples, the reference if there is one, and options
 * @param hooks progress, notes, and a signal that ends the run
 * @returns the ablation, and thumbnails
 * @throws {GanevalError} as `ablate` does
 */
export async function ablateIllustrated(
  input: AblateInput,
  hooks: RunHooks = {},
): Promise<IllustratedAblation> {
  return withAblation(input, hooks, async ({ ablation, prepared, plan: { options, resolutions } }) => {
    const { downsample, seed } = options;
    const illustrations = await illustrateAblation({ sets: prepared, resolutions, downsample, seed });
    return { ablation, illustrations };
  });
}

/** An ablation with the sets that it was computed from. */
interface AblationRun {
  readonly plan: AblationPlan;
  readonly ablation: Ablation;
  /** In the order of the ablation's sets. */
  readonly prepared: readonly PreparedSet[];
}

async function withAblation<T>(
  input: AblateInput,
  hooks: RunHooks,
  use: (run: AblationRun) => Promise<T>,
): Promise<T> {
  const started = new Date();
  const once = noteOnce(hooks);
  return withAblationPlan(input, once, (plan) =>
    withFeatureStore(plan.options, once, async (store) => {
      await announceEstimate(plan, store, once);
      const [{ set: drawn }] = plan.sets;
      await saveDrawnPictures(drawn.source, plan.options, hooks.signal);
      const prepared: PreparedSet[] = [];
      for (const set of plan.sets)
        prepared.push(await prepareSet(set, { options: plan.options, store, hooks: once }));
      return use({ plan, prepared, ablation: await runAblation(plan, prepared, started, once) });
    }),
  );
}

/**
 * Plans what `ablate` would do with the same input, and how long it would take. Nothing is written.
 *
 * @param input as for `ablate`
 * @param hooks progress, notes, and a signal that ends the run
 * @returns passes over the pictures, what is cached of them, and seconds at the rate of a short warm-up
 * @throws {GanevalError} as `ablate` does
 */
export async function planAblation(input: AblateInput, hooks: RunHooks = {}): Promise<ScorePlan> {
  return withAblationPlan(input, hooks, (plan) =>
    withFeatureStore(plan.options, hooks, (store) => estimatePlan(plan, store, { signal: hooks.signal })),
  );
}

async function withAblationPlan<T>(
  { samples, reference, ...rest }: AblateInput,
  hooks: RunHooks,
  use: (plan: AblationPlan) => Promise<T>,
): Promise<T> {
  const options = resolveAblateOptions(rest);
  if (samples.length === 0) throw new UsageError('There is nothing to ablate: name a folder of pictures.');
  if (options.labels !== undefined && samples.length > 1) {
    throw new UsageError(
      'Option labels goes with one set of pictures: name a CSV of path,label for each in place of its folder.',
    );
  }
  if (options.save !== undefined && samples.length > 1) {
    throw new UsageError('Option save goes with one generator: leave it out, or ablate each by itself.');
  }
  return withInputs(options, hooks, async (inputs) => {
    const sets: PictureSet[] = [];
    for (const each of samples) sets.push(await inputs.read('samples', each));
    return use(await planSets(sets, await inputs.readReference(reference), options));
  });
}

async function planSets(
  samples: readonly PictureSet[],
  reference: PictureSet | NamedStatistics | undefined,
  options: ResolvedAblateOptions,
): Promise<AblationPlan> {
  const pictured = reference && 'source' in reference ? [...samples, reference] : samples;
  const sides = pictured.map(({ inspections }) => largestSide(inspections));
  const resolutions = listResolutions(options.resolutions, sides);
  const shared = { ...options, resolutions };
  const reducedUse = options.metrics.some((id) => networkOfId(id) !== 'classifier')
    ? 'both networks'
    : 'classifier';
  const first = await makePlan(shared, samples[0], reference, { reducedUse });
  const sets = [first.samples];
  for (const set of samples.slice(1)) {
    sets.push((await makePlan(shared, set, undefined, { reducedUse, model: first.model })).samples);
  }
  return {
    options,
    metrics: options.metrics,
    resolutions,
    first,
    sets: first.reference ? [...sets, first.reference] : sets,
  };
}

async function runAblation(
  plan: AblationPlan,
  prepared: readonly PreparedSet[],
  started: Date,
  hooks: RunHooks,
): Promise<Ablation> {
  const { options, first } = plan;
  const pictures = prepared.find((each) => each.plan === first.reference)?.subject;
  const reference = referenceSubject(first, pictures);
  const sets: AblatedSet[] = [];
  const warnings: string[] = [];
  for (const each of prepared) {
    // The reference is compared with itself, which its statistics may be more than.
    const comparedWith = each.subject === pictures ? pictures : reference;
    const ablated = await ablateSet(each, comparedWith, options, hooks);
    const { images } = ablated.set;
    sets.push(
      each.subject === pictures ? { ...ablated.set, images: describeReference(first, images) } : ablated.set,
    );
    const name = prepared.length > 1 ? `${each.plan.set.source.name}: ` : '';
    warnings.push(...ablated.warnings.map((warning) => name + warning));
  }
  const statistics = describeStatistics(first);
  return roundNumbers<Ablation>({
    schema: ABLATION_SCHEMA,
    sets: sets as Ablation['sets'],
    ...(statistics && { referenceStatistics: statistics }),
    settings: describeSharedSettings(plan),
    comparableWith: describeComparability(first),
    warnings: unique([
      ...prepared.flatMap(({ distances }) => listPrecisionWarnings(options.precision, distances)),
      ...listSizeWarnings(plan.sets.map(({ set }) => set)),
      ...listSourceWarnings(plan),
      ...listStatisticsWarnings(first),
      ...prepared.flatMap(({ plan: { set }, description }) => listValueWarnings(set.role, description)),
      ...listSkippedWarnings(prepared),
      ...listProbabilityWarnings(prepared),
      ...listClassifierWarning(plan.sets),
      ...warnings,
    ]),
    createdWith: await versionsOfMakers(),
    run: {
      startedAt: started.toISOString(),
      durationMs: Date.now() - started.getTime(),
      ...describePlacement(prepared.find(({ device }) => device)?.device),
      threads: options.threads ?? null,
      picturesExtracted: prepared.reduce((sum, { extracted }) => sum + extracted, 0),
      picturesFromCache: prepared.reduce((sum, { fromCache }) => sum + fromCache, 0),
    },
  });
}

const unique = (texts: readonly string[]) => [...new Set(texts)];

/** Sets that different networks classified must not be compared with each other. */
function listClassifierWarning(sets: readonly SetPlan[]): string[] {
  const names = [...new Set(sets.flatMap(({ classifier }) => (classifier ? [classifier.name] : [])))];
  if (names.length < 2) return [];
  return [
    `The sets were classified by different networks (${names.join(', ')}): don't compare their class accuracy; --classifier names one for all.`,
  ];
}
