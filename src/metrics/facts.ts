import type { Settings } from '../documents/result.js';
import { fdr } from './frechet/fdr.js';
import type { Metric, Need, SettingName } from './metric.js';
import { findMetric, listMetrics } from './registry.js';

/** The network that a metric reads: that of `--model`, that of `--classifier`, or none. */
export type NetworkRole = 'model' | 'classifier' | 'none';

const reads = ({ needs }: Pick<Metric, 'needs'>, ...some: readonly Need[]) =>
  needs.some((need) => some.includes(need));

/** Whether a metric reads what the network of `--model` gives. */
export function readsModel(metric: Pick<Metric, 'needs'>): boolean {
  return reads(metric, 'features', 'logits', 'reference', 'referenceFeatures');
}

/** Whether a metric reads what the network of `--classifier` gives. */
export function readsClassifier(metric: Pick<Metric, 'needs'>): boolean {
  return reads(metric, 'classLogits');
}

/** The network that a metric's entry names; the classifier's, where it reads both. */
export function networkOf(metric: Pick<Metric, 'needs'>): NetworkRole {
  if (readsClassifier(metric)) return 'classifier';
  return readsModel(metric) ? 'model' : 'none';
}

/** Id of FDrᵏ, which is no metric: the mean of FDr over the networks of a result. */
export const MEAN_OF_RATIOS = 'fdr-mean';

/**
 * The same for an id out of a document; a metric that is not known here is taken for one of the model. A mean over networks has none of its
 * own.
 */
export function networkOfId(id: string): NetworkRole {
  if (id === MEAN_OF_RATIOS) return 'none';
  const metric = findMetric(id);
  return metric ? networkOf(metric) : 'model';
}

/** Whether a metric compares with a reference. One that doesn't is computed for the reference by itself, too. */
export function needsReference(metric: Pick<Metric, 'needs'>): boolean {
  return reads(metric, 'reference', 'referenceFeatures');
}

/** Whether a metric is measured along the paths of a generator. */
export function isOfPaths(metric: Pick<Metric, 'needs'>): boolean {
  return reads(metric, 'pathLengths');
}

/** Whether a metric is a mean over pairs of pictures of one class, which are drawn for it. */
export function isOfPairs(metric: Pick<Metric, 'needs'>): boolean {
  return readsMsssim(metric) || readsLpips(metric);
}

/** Whether a metric reads the MS-SSIM of these pairs. */
export function readsMsssim(metric: Pick<Metric, 'needs'>): boolean {
  return reads(metric, 'pairScores');
}

/** Whether a metric reads their LPIPS. */
export function readsLpips(metric: Pick<Metric, 'needs'>): boolean {
  return reads(metric, 'lpipsScores');
}

/** What a comparison of two documents must know of a metric. */
export interface ComparisonFacts {
  readonly network: NetworkRole;
  readonly needsReference: boolean;
  /** Whether it reads a validation set where there is one. */
  readonly usesValidation: boolean;
  readonly biasDependsOnN: boolean;
  readonly proportion: boolean;
  readonly ofPairs: boolean;
  /** Settings that must be equal. */
  readonly settings: readonly SettingName[];
}

/**
 * The facts about the metric of an id. Of a metric that is not known here, as in a document of another version, everything counts
 * that may count: all settings, the number of samples, the reference.
 *
 * @param settings those of the document that is compared with
 */
export function comparisonFacts(id: string, settings: Settings): ComparisonFacts {
  if (id === MEAN_OF_RATIOS) return { ...comparisonFacts(fdr.id, settings), network: 'none' };
  const metric = findMetric(id);
  if (!metric) {
    return {
      network: 'model',
      needsReference: true,
      usesValidation: true,
      biasDependsOnN: true,
      proportion: false,
      ofPairs: false,
      settings: [...new Set(listMetrics().flatMap((each) => each.settings))],
    };
  }
  const idle = metric.idleSettings?.(settings) ?? [];
  return {
    network: networkOf(metric),
    needsReference: needsReference(metric),
    usesValidation: metric.usesValidation ?? false,
    biasDependsOnN: metric.biasDependsOnN,
    proportion: metric.proportion ?? false,
    ofPairs: isOfPairs(metric),
    settings: metric.settings.filter((name) => !idle.includes(name)),
  };
}
