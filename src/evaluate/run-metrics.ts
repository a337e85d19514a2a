import { GanevalError } from '../core/errors.js';
import { waitForIdleTime } from '../core/idle-time.js';
import type { RunHooks } from '../core/run-hooks.js';
import type { ComputedMetric, MetricEntry } from '../documents/result.js';
import { isOfPaths, needsReference, networkOf, readsLpips } from '../metrics/facts.js';
import type { Metric, MetricInput } from '../metrics/metric.js';
import type { InvalidResult, MetricOutcome } from '../metrics/metric-value.js';
import { computeMetric, findMissingNeed, hasNeeds } from '../metrics/needs.js';
import type { Neighborhoods } from '../metrics/neighbors/neighborhoods.js';
import { isBuiltIn, listMetrics } from '../metrics/registry.js';
import { titleOnModel, titleOnNetwork } from '../metrics/shortcuts.js';
import type { Subject } from '../metrics/subject.js';
import { labelNetwork } from '../networks/named-network.js';
import type { Network } from '../networks/network.js';
import { listModels } from './further-networks.js';
import type { ResolvedOptions } from './options.js';
import type { PathPlan } from './paths/path-lengths.js';
import type { SetPlan } from './plan.js';
import { exactDevice } from './precision/exact-device.js';
import { findPublishedDivisor } from './published-divisor.js';
import { roundNumbers } from './round-numbers.js';
import type { MetricWarning } from './warnings/merge-warnings.js';

/** Where the rows of a set come from: from networks, or without any from a file. */
export type SetOrigin = Pick<SetPlan, 'passes' | 'classifier' | 'noAccuracy' | 'lpips' | 'paths'> & {
  readonly set: Pick<SetPlan['set'], 'role'>;
  /** Absent for features of a file. */
  readonly model?: Network;
};

/** One set of pictures as the metrics see it, and how it came to be. */
export interface MetricContext {
  readonly plan: SetOrigin;
  readonly subject: Subject;
}

/** Which metrics to compute, and of what. */
export interface MetricTask {
  readonly ids: readonly string[];
  readonly samples: MetricContext;
  /** Pictures or a statistics file. */
  readonly reference?: Subject;
  /** Real pictures apart from the reference. */
  readonly validation?: Subject;
  /** Of a reference that is pictures: the metrics of one set by itself are computed for it, too. */
  readonly referencePlan?: SetOrigin;
  readonly options: ResolvedOptions;
  /** The network, as entries name it, where it is not the first of the run. */
  readonly network?: string;
  /** Of metrics that are computed elsewhere meanwhile, by their ids: what they will give. One that fails there is computed here. */
  readonly begun?: ReadonlyMap<string, Promise<MetricOutcome>>;
}

/** What the metrics of a run gave. */
export interface MetricRun {
  readonly entries: MetricEntry[];
  readonly warnings: MetricWarning[];
  /** Of samples and reference, where a metric asked for them. */
  neighborhoods?: Promise<Neighborhoods>;
}

/**
 * Computes the metrics one after the other, but last those that are computed elsewhere meanwhile. One that lacks its input, or fails, becomes an entry that says why, and the
 * others are computed all the same. An aborted signal ends the run.
 */
export async function runMetrics(task: MetricTask, hooks: RunHooks): Promise<MetricRun> {
  const { ids, samples, reference, validation, referencePlan, options, network, begun } = task;
  const chosen = listMetrics().filter((metric) => ids.includes(metric.id));
  const shared = { subject: 'samples', context: samples, reference, validation, options, network } as const;
  const run: MetricRun = { entries: [], warnings: [] };
  const runs = new Map<Metric, MetricRun>();
  for (const metric of chosen.toSorted((a, b) => Number(!!begun?.has(a.id)) - Number(!!begun?.has(b.id)))) {
    const own: MetricRun = { entries: [], warnings: [], neighborhoods: run.neighborhoods };
    await addEntry(own, { ...shared, metric, begun: begun?.get(metric.id) }, hooks);
    run.neighborhoods = own.neighborhoods;
    runs.set(metric, own);
  }
  for (const metric of chosen) {
    run.entries.push(...(runs.get(metric)?.entries ?? []));
    run.warnings.push(...(runs.get(metric)?.warnings ?? []));
  }
  if (!reference || !referencePlan) return run;
  const context = { plan: referencePlan, subject: reference };
  for (const metric of chosen) {
    if (needsReference(metric)) continue;
    const missing = findMissingNeed(metric.needs, { samples: reference });
    // Labels that the classifier doesn't know leave the samples' value without the one beside it: that gets a reason.
    const isExpected = missing === 'classLogits' && hasValue(run, metric);
    if (missing && !isExpected) continue;
    await addEntry(run, { metric, subject: 'reference', context, options, network }, hooks);
  }
  return run;
}

const hasValue = ({ entries }: MetricRun, { id }: Metric) =>
  entries.some((entry) => entry.id === id && entry.status === 'ok');

interface EntryTask {
  readonly metric: Metric;
  /** What the entry is about: the set that is scored (which an ablation has the reference be, too), or the reference beside it. */
  readonly subject: MetricEntry['subject'];
  readonly context: MetricContext;
  readonly reference?: Subject;
  readonly validation?: Subject;
  readonly options: ResolvedOptions;
  readonly network?: string;
  /** What is computed of it elsewhere. */
  readonly begun?: Promise<MetricOutcome>;
}

async function addEntry(run: MetricRun, task: EntryTask, hooks: RunHooks): Promise<void> {
  const { metric, subject, context, network } = task;
  const { id, unit, direction } = metric;
  const title = titleOf(task);
  const head = { id, ...(network !== undefined && { network }), subject, title, unit, direction };
  const { keep } = context.subject;
  const measure = () => compute(run, task, hooks);
  const outcome = await (keep && subject === 'reference' ? keep(`metric ${id}`, measure) : measure());
  if (isFailure(outcome)) {
    const fault = isBuiltIn(metric) ? 'ganeval' : 'metric';
    run.entries.push({ ...head, status: 'not-computed', reason: explainFailure(metric, outcome), fault });
    hooks.onFault?.({ id, title, subject, fault, error: outcome.error });
    return;
  }
  if ('reason' in outcome) {
    run.entries.push({ ...head, status: 'not-computed', reason: outcome.reason });
    return;
  }
  const { warnings = [], value, noError, ...rest } = roundNumbers(outcome);
  const extractor = describeNetwork(metric, context.plan);
  const uncertainty = noError === undefined ? {} : { uncertainty: `none: ${noError}` };
  run.entries.push({
    ...head,
    status: 'ok',
    value,
    ...rest,
    ...uncertainty,
    ...(extractor && { extractor }),
  });
  if (noError !== undefined) {
    run.warnings.push({ title, subject, text: `There is no standard error: ${noError}.`, isShared: true });
  }
  run.warnings.push(...warnings.map((text) => ({ title, subject, text })));
}

/** As the field calls the metric on the network that it is computed on. */
function titleOf({ metric, network, context, options }: EntryTask): string {
  if (network !== undefined) return titleOnNetwork(metric, network);
  const { model } = context.plan;
  return model
    ? titleOnModel(metric, labelNetwork(model.name, listModels(options)[0].profile))
    : metric.title;
}

async function compute(
  run: MetricRun,
  { metric, context, reference, validation, options, network, begun }: EntryTask,
  hooks: RunHooks,
): Promise<MetricOutcome | Failure> {
  const { signal } = hooks;
  signal?.throwIfAborted();
  const {
    seed,
    splits: numSplits,
    shuffle,
    kidSubsets,
    kidSubsetSize,
    kidKernel,
    kidRbfSigma,
    swdDirections,
    fdrDivisors,
    level,
    threads,
  } = options;
  const input: MetricInput = {
    samples: context.subject,
    reference,
    validation,
    settings: {
      seed,
      numSplits,
      shuffle,
      kidSubsets,
      kidSubsetSize,
      kidKernel,
      kidRbfSigma,
      swdDirections,
      ...(fdrDivisors !== undefined && {
        fdrDivisor: findPublishedDivisor(fdrDivisors, context.plan.model?.card),
      }),
      level,
      device: exactDevice(options),
      threads,
    },
    neighborhoods: () => {
      if (!hasNeeds(['features', 'referenceFeatures'], input)) {
        throw new Error('neighborhoods need the features of both sets');
      }
      run.neighborhoods ??= loadNeighborhoods(input);
      return run.neighborhoods;
    },
    signal,
    onProgress: (fraction) =>
      hooks.onProgress?.({
        stage: 'metric',
        label: metric.title,
        done: Math.round(fraction * 100),
        total: 100,
        unit: '%',
      }),
  };
  try {
    await waitForIdleTime();
    const { set, model, noAccuracy } = context.plan;
    const origin = {
      set: set.role,
      modelName: model?.name,
      noFeatures: model?.noFeatures,
      noLogits: model?.noLogits,
      modelIsNamed: network !== undefined || options.model !== 'auto',
      noClassifier: noAccuracy,
    };
    const outcome = await computeMetric(begun ? takeBegun(metric, begun) : metric, input, origin);
    return isInvalid(outcome) ? { error: new Error(outcome.invalid), reason: outcome.reason } : outcome;
  } catch (error) {
    // What the user has to correct, or the machine, ends the run; a fault of one metric must not stop the others.
    if (signal?.aborted || error instanceof GanevalError) throw error;
    return { error };
  }
}

/** A metric whose value is computed elsewhere: if that fails, it is computed here, which says why it can't be. */
function takeBegun(metric: Metric, begun: Promise<MetricOutcome>): Metric {
  return { ...metric, compute: (input) => begun.catch(() => metric.compute(input)) };
}

/** A metric that threw, or that returned what is no result. */
interface Failure {
  readonly error: unknown;
  /** Of what was returned. */
  readonly reason?: string;
}

const isFailure = (outcome: MetricOutcome | Failure): outcome is Failure => 'error' in outcome;

const isInvalid = (outcome: MetricOutcome | InvalidResult): outcome is InvalidResult => 'invalid' in outcome;

/** Why there is no value, as a sentence that says whose fault it is. */
function explainFailure(metric: Metric, { error, reason }: Failure): string {
  const message = error instanceof Error ? error.message : String(error);
  if (isBuiltIn(metric)) return `A fault of ganeval stopped this metric (${message}): please report it.`;
  return reason ?? `The metric ${metric.id} failed (${message}): report it to whoever wrote the metric.`;
}

/** What the neighbor metrics share; their modules load only where one of them is computed. */
async function loadNeighborhoods(
  input: MetricInput<'features' | 'referenceFeatures'>,
): Promise<Neighborhoods> {
  const { neighborhoodsOf } = await import('../metrics/neighbors/compute-neighbor-metrics.js');
  return neighborhoodsOf(input);
}

/** The network that a metric read, as an entry names it. */
function describeNetwork(metric: Metric, plan: SetOrigin): ComputedMetric['extractor'] {
  if (isOfPaths(metric) && plan.paths) return describePathNetwork(plan.paths);
  if (readsLpips(metric) && plan.lpips) return describePairNetwork(plan.lpips);
  const network: Network | undefined = { model: plan.model, classifier: plan.classifier, none: undefined }[
    networkOf(metric)
  ];
  if (!network) return undefined;
  const pass = plan.passes.find(
    (each) => each.network.identity === network.identity && each.resolution === 'full',
  );
  const preprocessing = pass?.extractor.preprocessing ?? '';
  return { name: network.name, sha256: network.sha256, preprocessing };
}

function describePairNetwork({ name, sha256 }: Network): ComputedMetric['extractor'] {
  return { name, sha256, preprocessing: 'pictures in their own size' };
}

function describePathNetwork({ network: { name, sha256 }, resize }: PathPlan): ComputedMetric['extractor'] {
  return { name, sha256, preprocessing: `pictures resized to ${resize} by ${resize}` };
}
