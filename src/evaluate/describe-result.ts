import { omitUndefined } from '../core/omit-undefined.js';
import { type PrecisionName, wordOf } from '../core/precision-names.js';
import type { ImageSet, Settings } from '../documents/result.js';
import { readsModel } from '../metrics/facts.js';
import { listMetrics } from '../metrics/registry.js';
import type { Subject } from '../metrics/subject.js';
import type { Network } from '../networks/network.js';
import { describeModels, spellOwn } from './further-networks.js';
import type { Plan } from './plan.js';
import type { NamedStatistics } from './statistics/statistics-file.js';

/** What the result says of a reference that is a statistics file; undefined for another, or none. */
export function describeStatistics({
  referenceStatistics: file,
  reference,
}: Pick<Plan, 'referenceStatistics' | 'reference'>): ImageSet | undefined {
  return file && !reference ? describeStatisticsFile(file) : undefined;
}

/** What the result says of a validation set; nothing where there is none. */
export function describeValidation(
  { validation }: Pick<Plan, 'validation'>,
  pictures?: ImageSet,
): { validation?: ImageSet } {
  const file = validation?.referenceStatistics;
  const described = pictures ?? (file && describeStatisticsFile(file));
  return described ? { validation: described } : {};
}

function describeStatisticsFile({ name, digest, statistics }: NamedStatistics): ImageSet {
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

/**
 * The reference as the metrics of a network see it: pictures, statistics or both; undefined for none.
 *
 * @param pictures what that network made of the reference, if it is pictures
 * @param network undefined where features come from files
 */
export function referenceSubject(
  { referenceStatistics: file, statisticsModel }: Pick<Plan, 'referenceStatistics' | 'statisticsModel'>,
  pictures: Subject | undefined,
  network?: Network,
  flag: '--reference' | '--validation' = '--reference',
): Subject | undefined {
  if (!file) return pictures;
  const { statistics } = file;
  const count = statistics.count ?? 0;
  if (network && statisticsModel && network.identity !== statisticsModel.identity) {
    const reason = `The statistics file ${file.name} is of ${statisticsModel.name}, and those of ${network.name} are not given: pass real pictures with ${flag}.`;
    return pictures ?? { count, unusable: { model: reason } };
  }
  return pictures ? { ...pictures, statistics } : { count, statistics };
}

/** Settings of metrics that only `score` computes. */
type ScoreSetting =
  | 'kidSubsets'
  | 'kidSubsetSize'
  | 'kidKernel'
  | 'kidRbfSigma'
  | 'swdDirections'
  | 'fdrDivisors'
  | 'msssimPairs'
  | 'pplEpsilon'
  | 'pplInterpolation'
  | 'pplResize';

type SharedSettings = Omit<Settings, ScoreSetting | 'networks'>;

/** A plan, of `score` or of `ablate`, as far as both have the same settings. */
interface SettingsPlan {
  readonly options: Omit<SharedSettings, 'metrics' | 'resolutions' | 'precision'> & {
    readonly precision: PrecisionName;
  };
  readonly metrics: readonly string[];
  readonly resolutions: readonly number[];
}

/** The settings that decide the numbers of `score`. */
export function describeSettings(
  plan: Pick<Plan, 'options' | 'metrics' | 'resolutions'> &
    Partial<Pick<Plan, 'model' | 'further' | 'placed'>>,
): Settings {
  const { model, further = [], placed = [] } = plan;
  const own = model ? spellOwn(plan.options, model, plan.metrics) : plan.metrics;
  const metrics = [...own, ...placed];
  const networks = model && describeModels(plan.options, model, further);
  const { level, ...shared } = describeSharedSettings({ ...plan, metrics });
  const { kidSubsets, kidSubsetSize, kidKernel, kidRbfSigma, swdDirections, fdrDivisors, msssimPairs } =
    plan.options;
  const { pplEpsilon, pplInterpolation, pplResize } = plan.options;
  const kernel = kidKernel === 'polynomial' ? {} : { kidKernel, kidRbfSigma };
  const computed = [...plan.metrics, ...further.flatMap(({ metrics: ids }) => ids)];
  const sliced = computed.includes('swd') ? { swdDirections } : {};
  return {
    ...shared,
    kidSubsets,
    kidSubsetSize,
    ...kernel,
    ...sliced,
    ...(fdrDivisors !== undefined && { fdrDivisors }),
    msssimPairs,
    ...(plan.metrics.includes('ppl') && { pplEpsilon, pplInterpolation, pplResize }),
    level,
    ...(networks && { networks }),
  };
}

/** The settings that decide the numbers of `score` and of `ablate`. */
export function describeSharedSettings({ options, metrics, resolutions }: SettingsPlan): SharedSettings {
  return {
    metrics: [...metrics],
    resolutions: [...resolutions],
    downsample: options.downsample,
    ...(options.precision !== 'float32' && { precision: options.precision }),
    alpha: options.alpha,
    onBadImage: options.onBadImage,
    seed: options.seed,
    splits: options.splits,
    profile: options.profile,
    shuffle: options.shuffle,
    level: options.level,
    ...(options.limit !== undefined && { limit: options.limit }),
    ...(options.referenceLimit !== undefined && { referenceLimit: options.referenceLimit }),
    ...(options.validationLimit !== undefined && { validationLimit: options.validationLimit }),
  };
}

/** What the numbers of `score` may be compared with, in a sentence or two. */
export function describeScoreComparability(plan: Plan): string {
  const { kidKernel, kidRbfSigma } = plan.options;
  const network = describeNetworks(plan) + onlyAtPrecision(plan.options);
  if (kidKernel === 'polynomial' || !plan.metrics.includes('kid')) return network;
  return `${network} KID by an RBF kernel with sigma ${kidRbfSigma} compares only with KID by the same kernel.`;
}

/** The same of each network that has metrics. */
function describeNetworks(plan: Plan): string {
  const ofModel = listMetrics().some((metric) => plan.metrics.includes(metric.id) && readsModel(metric));
  const further = plan.further.map(
    ({ network, label }) => `Those on ${label} are comparable with ${scopeOf(network)}.`,
  );
  return [...(ofModel || further.length === 0 ? [describeScope(plan.model)] : []), ...further].join(' ');
}

/** What numbers of the plan's model may be compared with, as a sentence. */
export function describeComparability({ model, options }: Pick<Plan, 'model' | 'options'>): string {
  return describeScope(model) + onlyAtPrecision(options);
}

const describeScope = (model: Network) => `Comparable with ${scopeOf(model)}.`;

/** What a reduced precision adds to a sentence. */
function onlyAtPrecision({ precision }: Pick<Plan['options'], 'precision'>): string {
  return precision === 'float32'
    ? ''
    : ` They are computed in ${wordOf(precision)}: compare them with others that are.`;
}

function scopeOf({ name, card }: Network): string {
  return card.comparableWith ?? `numbers from the same network (${name}) alone`;
}
