import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findCopies } from '../copies/find-copies.js';
import type { RunHooks } from '../core/run-hooks.js';
import { versionsOfMakers } from '../core/versions.js';
import { type EvaluationResult, type ImageSet, RESULT_SCHEMA, type Settings } from '../documents/result.js';
import { shardFolder } from '../features/cache.js';
import { ShardStore } from '../features/shard-store.js';
import { readStatistics, type StatisticsFile } from '../features/statistics-file.js';
import type { ImageSource } from '../images/image-source.js';
import { openImages } from '../images/open.js';
import { isPictureNpz } from '../images/rows/npz.js';
import type { Subject } from '../metrics/metric.js';
import { guardStorage } from '../storage/guard-storage.js';
import { announceEstimate } from './estimate.js';
import { type ResolvedOptions, resolveOptions, type ScoreOptions } from './options.js';
import { inspectPictures, type PictureSet } from './picture-set.js';
import { makePlan, type Plan, type SetPlan } from './plan.js';
import { roundNumbers, runMetrics } from './run-metrics.js';
import { type PreparedSet, prepareSet } from './subject.js';

/** A reference given as a statistics file, with the name that the user gave it. */
export type NamedStatistics = StatisticsFile & { readonly name: string };

/**
 * Scores a set of generated pictures: runs what the metrics need through the networks (resuming from the cache) and
 * computes every metric that the input allows.
 *
 * @param samples a folder, a manifest, or an opened source (which stays open)
 * Throws UsageError, ImagesError, NetworkError or StorageError, each one sentence that says what to do.
 */
export async function score(
  samples: string | ImageSource,
  options: ScoreOptions = {},
  hooks: RunHooks = {},
): Promise<EvaluationResult> {
  const started = new Date();
  const resolved = resolveOptions(options);
  return withPlan(samples, resolved, hooks, (plan) =>
    withStore(resolved, async (store) => {
      await announceEstimate(plan, store, hooks);
      return evaluate(plan, store, started, hooks);
    }),
  );
}

/** Opens and inspects what a run reads, plans the run, and closes what was opened. */
export async function withPlan<T>(
  samples: string | ImageSource,
  options: ResolvedOptions,
  hooks: RunHooks,
  use: (plan: Plan) => Promise<T>,
): Promise<T> {
  const opened: ImageSource[] = [];
  const open = async (path: string, labels?: string) => {
    const { alpha, pixelLimit, threads } = options;
    const source = await openImages(path, { labels, alpha, pixelLimit, threads });
    opened.push(source);
    return source;
  };
  try {
    const source = typeof samples === 'string' ? await open(samples, options.labels) : samples;
    const set = await inspectPictures('samples', source, hooks);
    const reference = options.reference && (await openReference(options.reference, open, hooks));
    return await use(await makePlan(options, set, reference || undefined));
  } finally {
    await Promise.all(opened.map((source) => source.close()));
  }
}

export async function openReference(
  path: string,
  open: (path: string) => Promise<ImageSource>,
  hooks: RunHooks,
): Promise<PictureSet | NamedStatistics> {
  if (path.endsWith('.npz') && !(await isPictureArchive(path))) {
    return { ...(await readStatistics(path)), name: path };
  }
  return inspectPictures('reference', await open(path), hooks);
}

/** Whether an `.npz` file is a set of pictures; of one that can't be read, `readStatistics` says why. */
async function isPictureArchive(path: string): Promise<boolean> {
  return isPictureNpz(path).catch(() => false);
}

/** The store of features: in the cache, or in a folder that goes when the run ends. */
export async function withStore<T>(
  { cache, cacheDir }: Pick<ResolvedOptions, 'cache' | 'cacheDir'>,
  use: (store: ShardStore) => Promise<T>,
): Promise<T> {
  if (cache) return use(new ShardStore(shardFolder(cacheDir)));
  const folder = await guardStorage(tmpdir(), () => mkdtemp(join(tmpdir(), 'ganeval-')));
  try {
    return await use(new ShardStore(folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
    plan.metrics,
    { plan: plan.samples, subject: samples.subject },
    reference?.subject ?? statistics,
    plan.reference,
    options,
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
