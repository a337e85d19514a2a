import { networkOf } from '../../metrics/facts.js';
import { listMetrics } from '../../metrics/registry.js';
import type { MetricFacts } from '../../report/score/score-document.js';

/** What reports say of each metric beside what the result says, by id. */
export function metricFacts(): Record<string, MetricFacts> {
  return Object.fromEntries(
    listMetrics().map((metric) => [metric.id, { summary: metric.summary, network: networkOf(metric) }]),
  );
}
