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

/** Settings of metrics that only `score` computes. */
type ScoreSetting = 'kidSubsets' | 'kidSubsetSize' | 'msssimPairs';

type SharedSettings = Omit<Settings, ScoreSetting>;

/** A plan, of `score` or of `ablate`, as far as both have the same settings. */
interface SettingsPlan {
  readonly options: Omit<SharedSettings, 'metrics' | 'resolutions'>;
  readonly metrics: readonly string[];
  readonly resolutions: readonly number[];
}

/** The settings that decide the numbers of `score`. */
export function describeSettings(plan: Plan): Settings {
  const { level, ...shared } = describeSharedSettings(plan);
  const { kidSubsets, kidSubsetSize, msssimPairs } = plan.options;
  return { ...shared, kidSubsets, kidSubsetSize, msssimPairs, level };
}

/** The settings that decide the numbers of `score` and of `ablate`. */
export function describeSharedSettings({ options, metrics, resolutions }: SettingsPlan): SharedSettings {
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
    level: options.level,
  };
}

/** What numbers of the plan's model may be compared with, as a sentence. */
export function describeComparability({ model }: Pick<Plan, 'model'>): string {
  const scope = model.card.comparableWith ?? `numbers from the same network (${model.name}) alone`;
  return `Comparable with ${scope}.`;
}
