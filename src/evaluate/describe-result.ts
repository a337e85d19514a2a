import type { ImageSet, Settings } from '../documents/result.js';
import type { Subject } from '../metrics/subject.js';
import type { Plan } from './plan.js';

/** What the result says of a reference that is a statistics file; undefined for another, or none. */
export function describeStatistics({
  referenceStatistics: file,
}: Pick<Plan, 'referenceStatistics'>): ImageSet | undefined {
  if (!file) return undefined;
  const { name, digest, statistics } = file;
  return {
    source: name,
    kind: 'statistics',
    digest,
    count: statistics.count ?? null,
    classes: null,
    sizes: null,
    changed: {},
    skipped: [],
  };
}

/** A statistics file as the metrics see it; undefined for another reference, or none. */
export function subjectOfStatistics({
  referenceStatistics: file,
}: Pick<Plan, 'referenceStatistics'>): Subject | undefined {
  return file && { count: file.statistics.count ?? 0, statistics: file.statistics };
}

/** The settings that decide the numbers. */
export function describeSettings({ options, metrics, resolutions }: Plan): Settings {
  return {
    metrics: [...metrics],
    resolutions: [...resolutions],
    downsample: options.downsample,
    alpha: options.alpha,
    onBadImage: options.onBadImage,
    seed: options.seed,
    splits: options.splits,
    profile: options.profile,
    shuffle: options.shuffle,
    kidSubsets: options.kidSubsets,
    kidSubsetSize: options.kidSubsetSize,
    msssimPairs: options.msssimPairs,
    level: options.level,
  };
}

/** What numbers of the plan's model may be compared with, as a sentence. */
export function describeComparability({ model }: Pick<Plan, 'model'>): string {
  const scope = model.card.comparableWith ?? `numbers from the same network (${model.name}) alone`;
  return `Comparable with ${scope}.`;
}
