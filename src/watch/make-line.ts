import { omitUndefined } from '../core/omit-undefined.js';
import type { ComputedMetric, EvaluationResult } from '../documents/result.js';
import { WATCH_SCHEMA, type WatchLine, type WatchMetric } from '../documents/watch.js';
import { countCopies } from './count-copies.js';
import type { FoundSet } from './sets/set-watch.js';

/** What a set was scored to, or why it was not. */
export type SetOutcome = { readonly result: EvaluationResult } | { readonly reason: string };

/** Facts of the scoring of one set. */
export type LineRun = WatchLine['run'];

/** Which metrics a set must have, or it fails. */
export interface RequiredMetrics {
  /** Names, as `metricNames` gives them. */
  readonly watched?: readonly string[];
  /** Whether all that are in the result must be computed. */
  readonly requiresAll?: boolean;
}

/** The line of a set, without its events. */
export function makeLine(
  { name, step }: Pick<FoundSet, 'name' | 'step'>,
  outcome: SetOutcome,
  run: LineRun,
  required: RequiredMetrics = {},
): WatchLine {
  const head = { schema: WATCH_SCHEMA, set: name, step } as const;
  if ('reason' in outcome) {
    return { ...head, status: 'failed', reason: outcome.reason, metrics: [], warnings: [], events: [], run };
  }
  const { metrics, reference, samples, warnings } = pick(outcome.result);
  const reason = whyMissing(outcome.result, required);
  const copies = countCopies(outcome.result);
  const tail = { warnings, events: [], run };
  if (reason !== undefined) return { ...head, status: 'failed', reason, samples, metrics: [], ...tail };
  return {
    ...head,
    status: 'scored',
    samples,
    metrics,
    ...(reference.length > 0 && { reference }),
    ...(copies && { copies }),
    ...tail,
  };
}

/** What tells the metrics of a line apart: their ids, with their networks. */
export function metricNames(metrics: readonly { id: string; network?: string }[]): string[] {
  return metrics.map(({ id, network }) => (network === undefined ? id : `${id}@${network}`));
}

function pick({ metrics, samples, warnings }: EvaluationResult) {
  const { count, digest, classes } = samples;
  const of = (subject: ComputedMetric['subject']) =>
    metrics.flatMap((each) => (each.status === 'ok' && each.subject === subject ? [toMetric(each)] : []));
  return {
    metrics: of('samples'),
    reference: of('reference'),
    samples: { count: count ?? 0, digest, ...(classes && { classes }) },
    warnings,
  };
}

function toMetric(entry: ComputedMetric): WatchMetric {
  const { id, network, title, unit, direction, value, se, interval, n, perClass, ofReal, tooFew } = entry;
  const all = { id, network, title, unit, direction, value, se, interval, n, perClass, ofReal, tooFew };
  return omitUndefined(all) as WatchMetric;
}

/** Why a set lacks a metric that is watched, or has no number at all. */
function whyMissing(
  { metrics }: EvaluationResult,
  { watched = [], requiresAll = false }: RequiredMetrics,
): string | undefined {
  const own = metrics.filter(({ subject }) => subject === 'samples');
  const computed = metricNames(own.filter(({ status }) => status === 'ok'));
  const reasons = own.flatMap((entry) => {
    if (entry.status === 'ok') return [];
    const [name] = metricNames([entry]);
    return requiresAll || computed.length === 0 || watched.includes(name)
      ? [`No ${entry.title}: ${withStop(entry.reason)}`]
      : [];
  });
  const unnamed = watched.filter((name) => !metricNames(own).includes(name));
  if (unnamed.length > 0) reasons.push(`No ${unnamed.join(', ')}.`);
  return reasons.length > 0 ? [...new Set(reasons)].join(' ') : undefined;
}

function withStop(reason: string): string {
  return reason.endsWith('.') ? reason : `${reason}.`;
}
