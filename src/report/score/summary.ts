import type { ComputedMetric, EvaluationResult, MetricEntry } from '../../documents/result.js';
import { ARROWS } from '../text/describe-number.js';

// What the reports for people say, before each lays it out. Names are here as they came; each report neutralizes them.

export function isComputed(entry: MetricEntry): entry is ComputedMetric {
  return entry.status === 'ok';
}

/** Metrics that the samples have: what the reference alone has is of no use without them. */
export function ofSamplesToo(entries: readonly ComputedMetric[]): ComputedMetric[] {
  const ids = new Set(entries.filter(({ subject }) => subject === 'samples').map(({ id }) => id));
  return entries.filter(({ id }) => ids.has(id));
}

/** "Inception Score", "Class accuracy of the reference". */
export function nameOf({ title, subject }: MetricEntry): string {
  return subject === 'reference' ? `${title} of the reference` : title;
}

/** "Inception Score ↑", "Class accuracy of the reference ↑". */
export function titleOf(entry: MetricEntry): string {
  return `${nameOf(entry)} ${ARROWS[entry.direction]}`;
}

/** Metrics without a value, each with its reason as a sentence. */
export function listNotComputed({ metrics }: EvaluationResult): { name: string; reason: string }[] {
  return metrics.flatMap((entry) =>
    entry.status === 'not-computed' ? [{ name: nameOf(entry), reason: entry.reason }] : [],
  );
}

/** A network with the titles of the metrics that it made. */
export interface NetworkUse {
  readonly name: string;
  readonly sha256: string;
  readonly metrics: string[];
}

/** The networks behind the numbers. */
export function listNetworks(result: EvaluationResult): NetworkUse[] {
  const networks = new Map<string, NetworkUse>();
  for (const entry of result.metrics) {
    if (!isComputed(entry) || !entry.extractor) continue;
    const { name, sha256 } = entry.extractor;
    const network = networks.get(sha256) ?? { name, sha256, metrics: [] };
    if (!network.metrics.includes(entry.title)) network.metrics.push(entry.title);
    networks.set(sha256, network);
  }
  return [...networks.values()];
}
