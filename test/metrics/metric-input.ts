import type {
  Metric,
  MetricOutcome,
  MetricSettings,
  MetricValue,
  Subject,
} from '../../src/metrics/metric.js';

export const settings: MetricSettings = {
  seed: 2020,
  numSplits: 10,
  shuffle: true,
  kidSubsets: 100,
  kidSubsetSize: 1000,
  level: 0.95,
  device: 'cpu',
};

/** Computes a metric of a subject that is given in parts. */
export function compute(
  metric: Metric,
  samples: Partial<Subject>,
  changed: Partial<MetricSettings> = {},
  reference?: Partial<Subject>,
): Promise<MetricOutcome> {
  return metric.compute({
    samples: { count: 0, ...samples },
    reference: reference && { count: 0, ...reference },
    settings: { ...settings, ...changed },
  });
}

/** The value of a metric that must be computable. */
export async function computeValue(...args: Parameters<typeof compute>): Promise<MetricValue> {
  const outcome = await compute(...args);
  if ('reason' in outcome) throw new Error(`not computed: ${outcome.reason}`);
  return outcome;
}
