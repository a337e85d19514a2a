import { UsageError } from '../core/errors.js';
import { networkOf } from '../metrics/facts.js';
import { fdr } from '../metrics/frechet/fdr.js';
import type { Metric } from '../metrics/metric.js';
import { chooseMetrics, findMetric, listMetrics } from '../metrics/registry.js';
import { SHORTCUTS } from '../metrics/shortcuts.js';
import { labelNetwork, type NamedNetwork, parseNamedNetwork } from '../networks/named-network.js';
import type { ResolvedOptions } from './options.js';

/** A metric on a network that is named with it. */
export interface PlacedMetric {
  /** Id of the metric. */
  readonly metric: string;
  readonly network: NamedNetwork;
}

/** What `--metrics` asks for. */
export interface MetricRequests {
  /** Ids, for the networks of `--model` and what else these metrics read; undefined for the usual ones. */
  readonly ids?: readonly string[];
  readonly placed: readonly PlacedMetric[];
}

/**
 * Tells ids of metrics from shortcuts (`fd-dinov2`) and metrics on a network (`fid@dinov2-vit-l-14@dgm-eval`).
 *
 * @param metrics as the options have them: known names
 */
export function readMetricRequests(metrics: readonly string[] | undefined): MetricRequests {
  if (metrics === undefined) return { placed: [] };
  const requests = metrics.map((text) => ({ text, placed: readPlaced(text) }));
  return {
    ids: requests.flatMap(({ text, placed }) => (placed ? [] : [text])),
    placed: requests.flatMap(({ placed }) => placed ?? []),
  };
}

/**
 * The metrics of all networks of `--model`: those that were asked for, or the usual ones, and FDr where there is something to divide by.
 *
 * @param hasValidation whether there is a validation set
 */
export function chooseAskedMetrics(
  { metrics, fdrDivisors }: Pick<ResolvedOptions, 'metrics' | 'fdrDivisors'>,
  hasValidation: boolean,
): Metric[] {
  const { ids } = readMetricRequests(metrics);
  if (ids !== undefined || (!hasValidation && fdrDivisors === undefined)) return chooseMetrics(ids);
  return chooseMetrics([...chooseMetrics().map(({ id }) => id), fdr.id]);
}

/**
 * Refuses a validation set that no metric of the run would read.
 *
 * @throws {UsageError} naming those that do
 */
export function refuseUnreadValidation({ metrics }: Pick<ResolvedOptions, 'metrics'>): void {
  if (metrics === undefined) return;
  const isReader = (text: string) => findMetric(readPlaced(text)?.metric ?? text)?.usesValidation;
  if (metrics.some(isReader)) return;
  const readers = listMetrics().flatMap(({ id, usesValidation }) => (usesValidation ? [id] : []));
  throw new UsageError(
    `No metric of --metrics reads the pictures of --validation: leave it out, or name one that does (${readers.join(', ')}).`,
  );
}

/**
 * As `chooseAskedMetrics`, for features that are there already: a name that is an id is that metric, whatever network its shortcut names.
 *
 * @throws {UsageError} for a metric on a network
 */
export function chooseMetricsOfFeatures(
  options: Pick<ResolvedOptions, 'metrics' | 'fdrDivisors'>,
  hasValidation: boolean,
): Metric[] {
  const { metrics } = options;
  if (metrics === undefined) return chooseAskedMetrics(options, hasValidation);
  for (const text of metrics) {
    if (findMetric(text)) continue;
    const placed = readPlaced(text);
    if (!placed) continue;
    throw new UsageError(
      `${JSON.stringify(text)} in --metrics asks for a network, and --features names features that are there already: write ${placed.metric}, which is computed on them.`,
    );
  }
  return chooseMetrics(metrics);
}

/**
 * Reads what is no id of a metric alone.
 *
 * @returns undefined for an id
 * @throws {UsageError} for a metric that reads no network of `--model`
 */
export function readPlaced(text: string): PlacedMetric | undefined {
  const shortcut = Object.hasOwn(SHORTCUTS, text) ? SHORTCUTS[text] : undefined;
  if (shortcut) {
    const { metric, network, profile } = shortcut;
    return { metric, network: { network, ...(profile && { profile }) } };
  }
  const at = text.indexOf('@');
  if (at < 0) return undefined;
  const metric = findMetric(text.slice(0, at));
  if (metric && networkOf(metric) !== 'model') {
    throw new UsageError(
      `${metric.id} cannot be computed on a network of its own, as ${JSON.stringify(text)} asks: it reads ${networkOf(metric) === 'none' ? 'no network' : 'the classifier, which --classifier names'}.`,
    );
  }
  return { metric: text.slice(0, at), network: parseNamedNetwork(text.slice(at + 1)) };
}

/** A metric on a network, as `--metrics` and rules spell it. */
export function spellPlaced(metric: string, label: string): string {
  const found = Object.entries(SHORTCUTS).find(
    ([, each]) => each.metric === metric && labelNetwork(each.network, each.profile) === label,
  );
  return found?.[0] ?? `${metric}@${label}`;
}
