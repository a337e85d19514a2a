import { GanevalError } from '../core/errors.js';
import type { RunHooks } from '../core/run-hooks.js';
import type { MetricEntry } from '../documents/result.js';
import { metrics as allMetrics } from '../metrics/index.js';
import type { Metric, MetricInput, MetricOutcome, Need, Subject } from '../metrics/metric.js';
import { neighborhoodsOf } from '../metrics/neighbors/manifold-metric.js';
import type { Neighborhoods } from '../metrics/neighbors/neighborhoods.js';
import type { Network } from '../networks/network.js';
import type { ResolvedOptions } from './options.js';
import type { MetricName, SetPlan } from './plan.js';

/** One set of pictures as the metrics see it, and how it came to be. */
export interface MetricContext {
  readonly plan: SetPlan;
  readonly subject: Subject;
}

export interface MetricRun {
  readonly entries: MetricEntry[];
  readonly warnings: string[];
  /** Of samples and reference, where a metric asked for them. */
  neighborhoods?: Promise<Neighborhoods>;
}

/** Metrics of one set by itself, which a labeled reference has too. */
const REFERENCE_METRICS: readonly MetricName[] = ['is', 'accuracy', 'msssim'];

/**
 * Computes the metrics one after the other. One that lacks its input, or fails, becomes an entry that says why; the
 * others go on. An aborted signal ends the run.
 */
export async function runMetrics(
  ids: readonly MetricName[],
  samples: MetricContext,
  reference: Subject | undefined,
  referencePlan: SetPlan | undefined,
  options: ResolvedOptions,
  hooks: RunHooks,
): Promise<MetricRun> {
  const run: MetricRun = { entries: [], warnings: [] };
  const chosen = allMetrics.filter((metric) => ids.includes(metric.id));
  for (const metric of chosen) await addEntry(run, metric, 'samples', samples, reference, options, hooks);
  if (!reference || !referencePlan) return run;
  const context = { plan: referencePlan, subject: reference };
  for (const metric of chosen) {
    if (!REFERENCE_METRICS.includes(metric.id) || absentNeed(metric, context, undefined)) continue;
    await addEntry(run, metric, 'reference', context, undefined, options, hooks);
  }
  return run;
}

async function addEntry(
  run: MetricRun,
  metric: Metric,
  subject: 'samples' | 'reference',
  context: MetricContext,
  reference: Subject | undefined,
  options: ResolvedOptions,
  hooks: RunHooks,
): Promise<void> {
  const { id, title, unit, direction } = metric;
  const head = { id, subject, title, unit, direction };
  const reason = absentNeed(metric, context, reference);
  const outcome = reason
    ? { reason }
    : await compute(run, metric, context.subject, reference, options, hooks);
  if ('reason' in outcome) {
    run.entries.push({ ...head, status: 'not-computed', reason: outcome.reason });
    return;
  }
  const { warnings = [], value, ...rest } = roundNumbers(outcome);
  const network = networkOf(metric, context.plan);
  run.entries.push({
    ...head,
    status: 'ok',
    value,
    ...(rest as object as Omit<
      Extract<MetricEntry, { status: 'ok' }>,
      'value' | 'status' | keyof typeof head
    >),
    ...(network && { extractor: network }),
  });
  run.warnings.push(
    ...warnings.map((warning) => `${title}${subject === 'reference' ? ' of the reference' : ''}: ${warning}`),
  );
}

/** More digits than any of these numbers has, and fewer than a runtime's number of threads changes. */
const SIGNIFICANT_DIGITS = 12;

/** The value with every number in it rounded, so that equal runs give equal documents on any number of threads. */
export function roundNumbers<Value>(value: Value): Value {
  if (typeof value === 'number') return Number(value.toPrecision(SIGNIFICANT_DIGITS)) as Value;
  if (Array.isArray(value)) return value.map(roundNumbers) as Value;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, roundNumbers(each)])) as Value;
}

async function compute(
  run: MetricRun,
  metric: Metric,
  samples: Subject,
  reference: Subject | undefined,
  options: ResolvedOptions,
  hooks: RunHooks,
): Promise<MetricOutcome> {
  const { signal } = hooks;
  signal?.throwIfAborted();
  const { seed, splits: numSplits, shuffle, kidSubsets, kidSubsetSize, level, device, threads } = options;
  const input: MetricInput = {
    samples,
    reference,
    settings: { seed, numSplits, shuffle, kidSubsets, kidSubsetSize, level, device, threads },
    neighborhoods: () => {
      run.neighborhoods ??= neighborhoodsOf(input);
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
    return await metric.compute(input);
  } catch (error) {
    // What the user or the machine has to mend ends the run; a fault of one metric must not take the others with it.
    if (signal?.aborted || error instanceof GanevalError) throw error;
    const { message } = error as Error;
    return { reason: `A fault of ganeval stopped this metric (${message}): please report it.` };
  }
}

/** Why a metric can't be computed on what there is, as a sentence. */
function absentNeed(metric: Metric, { plan, subject }: MetricContext, reference: Subject | undefined) {
  const { role } = plan.set;
  const reasons: Record<Need, string | false> = {
    labels:
      !subject.labels &&
      `The ${role} have no labels: put the pictures into one folder per class, or pass --labels.`,
    features:
      !subject.features && `The network ${plan.model.name} gives no features: choose another --model.`,
    logits: !subject.logits && `The network ${plan.model.name} gives no logits: choose another --model.`,
    classLogits:
      !subject.classLogits && (plan.noAccuracy ?? 'No network knows the classes: pass --classifier.'),
    pairScores: !subject.pairScores && 'No pairs of pictures were scored.',
    reference:
      !reference && 'There is no reference: pass --reference with real pictures or a statistics file.',
  };
  const order: Need[] = ['labels', 'classLogits', 'reference', 'features', 'logits', 'pairScores'];
  for (const need of order) if (metric.needs.includes(need) && reasons[need]) return reasons[need];
  return undefined;
}

function networkOf(metric: Metric, plan: SetPlan) {
  const describe = (network: Network) => ({
    name: network.name,
    sha256: network.sha256,
    preprocessing:
      plan.passes.find((pass) => pass.network.identity === network.identity && pass.resolution === 'full')
        ?.extractor.preprocessing ?? '',
  });
  if (metric.needs.includes('classLogits')) return plan.classifier && describe(plan.classifier);
  if (metric.needs.includes('features') || metric.needs.includes('logits')) return describe(plan.model);
  return undefined;
}
