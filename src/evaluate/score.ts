import { findCopies } from '../copies/find-copies.js';
import type { RunHooks } from '../core/run-hooks.js';
import { versionsOfMakers } from '../core/versions.js';
import { type EvaluationResult, type ImageSet, RESULT_SCHEMA, type Settings } from '../documents/result.js';
import type { ShardStore } from '../features/shard-store.js';
import type { Subject } from '../metrics/subject.js';
import { announceEstimate } from './estimate.js';
import type { ScoreInput } from './input.js';
import { withRun } from './open-run.js';
import type { Plan, SetPlan } from './plan.js';
import { roundNumbers, runMetrics } from './run-metrics.js';
import { type PreparedSet, prepareSet } from './subject.js';

/**
 * Scores a set of generated pictures: runs what the metrics need through the networks (resuming from the cache) and
 * computes every metric that the input allows.
 *
 * @param input the samples, the reference if there is one, and options; sources that are open already stay open
 * @throws {UsageError} for options that make no sense
 * @throws {ImagesError} for pictures or a reference that can't be used
 * @throws {NetworkError} for a network or device that is missing, damaged or unfit
 * @throws {StorageError} for a cache that can't be written
 */
export async function score(input: ScoreInput, hooks: RunHooks = {}): Promise<EvaluationResult> {
  return withRun(input, hooks, async ({ plan, store, startedAt }) => {
    await announceEstimate(plan, store, hooks);
    return evaluate(plan, store, startedAt, hooks);
  });
}

/** Runs a plan and writes down what came of it. */
export async function evaluate(
  plan: Plan,
  store: ShardStore,
  started: Date,
  hooks: RunHooks,
): Promise<EvaluationResult> {
  return (await evaluateSets(plan, store, started, hooks)).result;
}

/** A result with the rows that it was computed from. */
export interface Evaluation {
  readonly result: EvaluationResult;
  readonly samples: PreparedSet;
  readonly reference?: PreparedSet;
}

/** As `evaluate`, keeping hold of the rows. */
export async function evaluateSets(
  plan: Plan,
  store: ShardStore,
  started: Date,
  hooks: RunHooks,
): Promise<Evaluation> {
  const { options } = plan;
  const samples = await prepareSet(plan.samples, options, store, hooks);
  const reference = plan.reference && (await prepareSet(plan.reference, options, store, hooks));
  const statistics: Subject | undefined = plan.referenceStatistics && {
    count: plan.referenceStatistics.statistics.count ?? 0,
    statistics: plan.referenceStatistics.statistics,
  };
  const { entries, warnings, neighborhoods } = await runMetrics(
    {
      ids: plan.metrics,
      samples: { plan: plan.samples, subject: samples.subject },
      reference: reference?.subject ?? statistics,
      referencePlan: plan.reference,
      options,
    },
    hooks,
  );
  const described = reference?.description ?? describeStatistics(plan);
  const result: EvaluationResult = {
    schema: RESULT_SCHEMA,
    samples: samples.description,
    ...(described && { reference: described }),
    settings: settingsOf(plan),
    metrics: entries,
    findings: roundNumbers(
      findCopies(
        { plan: plan.samples, prepared: samples },
        plan.reference && reference && { plan: plan.reference, prepared: reference },
        await neighborhoods?.catch(() => undefined),
      ),
    ),
    comparableWith: comparableWith(plan),
    warnings: [...sourceWarnings(plan), ...skippedWarnings([samples, reference]), ...warnings],
    createdWith: await versionsOfMakers(),
    run: {
      startedAt: started.toISOString(),
      durationMs: Date.now() - started.getTime(),
      device: samples.device ?? reference?.device ?? null,
      threads: options.threads ?? null,
      picturesExtracted: samples.extracted + (reference?.extracted ?? 0),
      picturesFromCache: samples.fromCache + (reference?.fromCache ?? 0),
    },
  };
  return { result, samples, reference };
}

export function describeStatistics({
  referenceStatistics: file,
}: Pick<Plan, 'referenceStatistics'>): ImageSet | undefined {
  if (!file) return undefined;
  const { name, digest, statistics } = file;
  const nothing = { classes: null, sizes: null, changed: {}, skipped: [] };
  return { source: name, kind: 'statistics', digest, count: statistics.count ?? null, ...nothing };
}

function settingsOf({ options, metrics, resolutions }: Plan): Settings {
  const { downsample, alpha, onBadImage, seed, splits, profile, shuffle } = options;
  const { kidSubsets, kidSubsetSize, msssimPairs, level } = options;
  return {
    metrics: [...metrics],
    resolutions: [...resolutions],
    ...{
      downsample,
      alpha,
      onBadImage,
      seed,
      splits,
      profile,
      shuffle,
      kidSubsets,
      kidSubsetSize,
      msssimPairs,
      level,
    },
  };
}

export function comparableWith({ model }: Plan): string {
  const scope = model.card.comparableWith ?? `numbers from the same network (${model.name}) alone`;
  return `Comparable with ${scope}.`;
}

export function sourceWarnings({ sets }: Pick<Plan, 'sets'>): string[] {
  const warnings = sets.flatMap((plan) => [
    ...plan.set.source.warnings,
    ...indexWarning(plan),
    ...(plan.classifierWarning ? [plan.classifierWarning] : []),
  ]);
  return [...new Set(warnings)];
}

/** Numbers as class names say nothing of what they stand for: a reader should know how they were taken. */
function indexWarning(plan: SetPlan): string[] {
  const { classifier, classColumns, set } = plan;
  const [name] = set.source.classNames ?? [];
  if (!plan.classesByIndex || !classifier || !classColumns) return [];
  const meaning = classifier.classes?.[classColumns[0]];
  return [
    `The classes of the ${plan.set.role} are numbers and were taken for the columns of ${classifier.name}` +
      `${meaning ? ` (${name} for ${meaning}, and so on)` : ''}: if they mean something else, class accuracy does not hold.`,
  ];
}

export function skippedWarnings(sets: readonly (PreparedSet | undefined)[]): string[] {
  return sets.flatMap((set) => {
    const skipped = set?.description.skipped.length ?? 0;
    if (!set || skipped === 0) return [];
    const pictures = skipped === 1 ? 'One bad picture' : `${skipped} bad pictures`;
    return [`${pictures} of ${set.description.source} left out.`];
  });
}
