import type { ComputedMetric, EvaluationResult, MetricEntry } from '../../documents/result.js';
import { ARROWS } from '../text/describe-number.js';

// What the reports for people say, before each lays it out. Names are here as they came; each report neutralizes them.

export function isComputed(entry: MetricEntry): entry is ComputedMetric {
  return entry.status === 'ok';
}

/** Metrics that the samples have: what the reference alone has is of no use without them. */
export function ofSamplesToo(entries: readonly ComputedMetric[]): ComputedMetric[] {
  const own = entries.filter(({ subject }) => subject === 'samples');
  return entries.filter((entry) => own.some((one) => isSameMetric(one, entry)));
}

/** Whether two entries are of one metric on one network. */
export function isSameMetric(a: MetricEntry, b: MetricEntry): boolean {
  return a.id === b.id && a.network === b.network;
}

/** The id of an entry, with the network where it is not the first. */
export function keyOf({ id, network }: MetricEntry): string {
  return network === undefined ? id : `${id}@${network}`;
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
    const { sha256 } = entry.extractor;
    const name = entry.network ?? entry.extractor.name;
    const key = `${sha256} ${entry.network ?? ''}`;
    const network = networks.get(key) ?? { name, sha256, metrics: [] };
    if (!network.metrics.includes(entry.title)) network.metrics.push(entry.title);
    networks.set(key, network);
  }
  return [...networks.values()];
}
