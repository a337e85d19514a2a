import type { Metric, MetricSettings } from '../../src/metrics/metric.js';
import type { MetricOutcome, MetricValue } from '../../src/metrics/metric-value.js';
import { computeMetric } from '../../src/metrics/needs.js';
import type { Subject } from '../../src/metrics/subject.js';

export const settings: MetricSettings = {
  seed: 2020,
  numSplits: 10,
  shuffle: true,
  kidSubsets: 100,
  kidSubsetSize: 1000,
  level: 0.95,
  device: 'cpu',
};

/** A subject that is given in parts, with as many pictures as its tables have rows. */
function completeSubject(parts: Partial<Subject>): Subject {
  const { features, logits, classLogits, labels } = parts;
  const count = features?.count ?? logits?.count ?? classLogits?.count ?? labels?.length ?? 0;
  return { count, ...parts };
}

/** Computes a metric of a subject that is given in parts. */
export function compute(
  metric: Metric,
  samples: Partial<Subject>,
  changed: Partial<MetricSettings> = {},
  reference?: Partial<Subject>,
): Promise<MetricOutcome> {
  const input = {
    samples: completeSubject(samples),
    reference: reference && completeSubject(reference),
    settings: { ...settings, ...changed },
  };
  return computeMetric(metric, input, { set: 'samples', modelName: 'model' });
}

/** The value of a metric that must be computable. */
export async function computeValue(...args: Parameters<typeof compute>): Promise<MetricValue> {
  const outcome = await compute(...args);
  if ('reason' in outcome) throw new Error(`not computed: ${outcome.reason}`);
  return outcome;
}
