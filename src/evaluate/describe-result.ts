import { omitUndefined } from '../core/omit-undefined.js';
import type { ImageSet, Settings } from '../documents/result.js';
import type { Subject } from '../metrics/subject.js';
import type { Plan } from './plan.js';

/** What the result says of a reference that is a statistics file; undefined for another, or none. */
export function describeStatistics({
  referenceStatistics: file,
  reference,
}: Pick<Plan, 'referenceStatistics' | 'reference'>): ImageSet | undefined {
  if (!file || reference) return undefined;
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

/** What the result says of pictures that are the reference, of where their labels come from, and of statistics beside them. */
export function describeReference(
  { referenceStatistics: file, options }: Pick<Plan, 'referenceStatistics' | 'options'>,
  pictures: ImageSet,
): ImageSet {
  const { referenceLabels: source, referenceLabelColumn: column } = options;
  const isSaid = source !== undefined || column !== undefined;
  const described = isSaid ? { ...pictures, labels: omitUndefined({ source, column }) } : pictures;
  if (!file) return described;
  const { name, digest, statistics } = file;
  return { ...described, statistics: { source: name, digest, count: statistics.count ?? null } };
}

/** The reference as the metrics see it: pictures, statistics or both; undefined for none. */
export function referenceSubject(
  { referenceStatistics: file }: Pick<Plan, 'referenceStatistics'>,
  pictures: Subject | undefined,
): Subject | undefined {
  if (!file) return pictures;
  const { statistics } = file;
  return pictures ? { ...pictures, statistics } : { count: statistics.count ?? 0, statistics };
}

/** Settings of metrics that only `score` computes. */
type ScoreSetting =
  | 'kidSubsets'
  | 'kidSubsetSize'
  | 'kidKernel'
  | 'kidRbfSigma'
  | 'swdDirections'
  | 'msssimPairs';

type SharedSettings = Omit<Settings, ScoreSetting>;

/** A plan, of `score` or of `ablate`, as far as both have the same settings. */
interface SettingsPlan {
  readonly options: Omit<SharedSettings, 'metrics' | 'resolutions'>;
  readonly metrics: readonly string[];
  readonly resolutions: readonly number[];
}

/** The settings that decide the numbers of `score`. */
export function describeSettings(plan: Pick<Plan, 'options' | 'metrics' | 'resolutions'>): Settings {
  const { level, ...shared } = describeSharedSettings(plan);
  const { kidSubsets, kidSubsetSize, kidKernel, kidRbfSigma, swdDirections, msssimPairs } = plan.options;
  const kernel = kidKernel === 'polynomial' ? {} : { kidKernel, kidRbfSigma };
  const sliced = plan.metrics.includes('swd') ? { swdDirections } : {};
  return { ...shared, kidSubsets, kidSubsetSize, ...kernel, ...sliced, msssimPairs, level };
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
    ...(options.limit !== undefined && { limit: options.limit }),
    ...(options.referenceLimit !== undefined && { referenceLimit: options.referenceLimit }),
  };
}

/** What the numbers of `score` may be compared with, in a sentence or two. */
export function describeScoreComparability(plan: Plan): string {
  const { kidKernel, kidRbfSigma } = plan.options;
  const network = describeComparability(plan);
  if (kidKernel === 'polynomial' || !plan.metrics.includes('kid')) return network;
  return `${network} KID by an RBF kernel with sigma ${kidRbfSigma} compares only with KID by the same kernel.`;
}

/** What numbers of the plan's model may be compared with, as a sentence. */
export function describeComparability({ model }: Pick<Plan, 'model'>): string {
  const scope = model.card.comparableWith ?? `numbers from the same network (${model.name}) alone`;
  return `Comparable with ${scope}.`;
}
