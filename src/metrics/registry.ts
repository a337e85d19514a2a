import { UsageError } from '../core/errors.js';
import { metrics } from './index.js';
import type { Metric, Need } from './metric.js';

const registered: Metric[] = [...metrics];

const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Adds a metric to those that ganeval knows. From then on `score({ metrics: [id] })` computes it (as does a score that names none, unless `byDefault` is false),
 * reports print it, the gate tests it and `compareResults` compares it.
 *
 * @param metric its description; see `Metric` for the fields
 * @returns the metric
 * @throws {UsageError} if its id is not made of lower-case letters, digits and hyphens, or belongs to another metric
 * @example
 * ```ts
 * registerMetric({
 *   id: 'mean-feature',
 *   title: 'Mean feature',
 *   summary: 'Mean of all features of all samples.',
 *   paper: 'none: an example',
 *   unit: 'feature value',
 *   direction: 'higher',
 *   needs: ['features'],
 *   settings: ['profile'],
 *   biasDependsOnN: false,
 *   async compute({ samples: { features } }) {
 *     const rows = await features.read(0, features.count);
 *     return { value: rows.reduce((sum, each) => sum + each, 0) / rows.length, n: features.count };
 *   },
 * });
 * ```
 */
export function registerMetric<Needs extends Need>(metric: Metric<Needs>): Metric<Needs> {
  if (!ID.test(metric.id)) {
    throw new UsageError(
      `The id of a metric cannot be ${JSON.stringify(metric.id)}: use lower-case letters, digits and hyphens, as in fid-infinity.`,
    );
  }
  if (findMetric(metric.id)) {
    throw new UsageError(`There is a metric with the id ${metric.id} already: give yours another id.`);
  }
  registered.push(metric as Metric);
  return metric;
}

/**
 * The metrics that ganeval knows, in the order in which a report shows them: its own, then those that were registered.
 *
 * @returns the descriptions
 */
export function listMetrics(): readonly Metric[] {
  return registered;
}

/**
 * The metrics that a run computes, in the order in which a report shows them.
 *
 * @param ids those that were asked for. @default the metrics that are computed without being asked for
 */
export function chooseMetrics(ids?: readonly string[]): Metric[] {
  return registered.filter(({ id, byDefault = true }) => (ids ? ids.includes(id) : byDefault));
}

/** Whether a metric is one of ganeval's own, and not a registered one. */
export function isBuiltIn(metric: Metric): boolean {
  return metrics.includes(metric);
}

/** Ids of the metrics, in the order in which a report shows them. */
export function listMetricIds(): string[] {
  return registered.map(({ id }) => id);
}

/** The metric of an id; undefined if there is none here (a document may name one of another version). */
export function findMetric(id: string): Metric | undefined {
  return registered.find((metric) => metric.id === id);
}
