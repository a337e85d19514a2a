import type { OutputName } from '../features/shard-builder.js';
import { isOfPairs, readsClassifier, readsModel, readsMsssim } from '../metrics/facts.js';
import type { Metric } from '../metrics/metric.js';
import { findMetric } from '../metrics/registry.js';
import type { ChosenNetworks } from '../networks/choose-networks.js';
import { type ExtractorPlan, planExtractor } from '../networks/extractor.js';
import type { Network } from '../networks/network.js';
import type { FurtherNetwork } from './further-networks.js';
import type { ResolvedOptions } from './options.js';
import type { PathPlan } from './paths/path-lengths.js';
import { largestSide, type PictureSet } from './picture-set.js';
import { type ChosenStatistics, chooseStatistics } from './statistics/choose-statistics.js';
import type { NamedStatistics } from './statistics/statistics-file.js';

/** One run of all pictures of a set through one network. */
export interface Pass {
  readonly network: Network;
  /** As rows and notes name the network: NAME, or NAME@PROFILE where it has a profile of its own. */
  readonly label: string;
  /** Side to which pictures are reduced first, or `full`. */
  readonly resolution: number | 'full';
  readonly outputs: readonly OutputName[];
  readonly extractor: ExtractorPlan;
  /** The same in float32 on the CPU, for a pass at full size whose precision is less: how far its features are from these is told. */
  readonly exact?: ExtractorPlan;
}

/** What is to be done with one set of pictures. */
export interface SetPlan {
  readonly set: PictureSet;
  readonly passes: readonly Pass[];
  readonly model: Network;
  readonly resolutions: readonly number[];
  readonly classifier?: Network;
  /** Column of the classifier's logits for each class of the set. */
  readonly classColumns?: Int32Array;
  /** Whether folders named by numbers were taken for the classifier's columns. */
  readonly classesByIndex: boolean;
  /** Why there is no class accuracy, as a sentence. */
  readonly noAccuracy?: string;
  /** What a reader should know of the choice of the classifier, as a sentence. */
  readonly classifierWarning?: string;
  /** What is measured along the paths of its generator. */
  readonly paths?: PathPlan;
  readonly pairsPerClass: number;
  /** Whether MS-SSIM is among what these pairs are scored by. */
  readonly scoresMsssim: boolean;
  /** The network of LPIPS, where they are scored by it. */
  readonly lpips?: Network;
}

/** What is to be known of the reduced pictures: whether they are classified right, or what the model makes of them too. */
export type ReducedUse = 'classifier' | 'both networks';

/** What holds for all sets of a run. */
interface SharedPlan {
  readonly options: ResolvedOptions;
  readonly resolutions: readonly number[];
  readonly metrics: readonly Metric[];
  /** Those beside the model. */
  readonly networks: readonly Network[];
  /** What networks are called, by their identity, where that is not their name. */
  readonly labels: ReadonlyMap<string, string>;
  readonly reducedUse: ReducedUse;
  readonly lpips: Network | undefined;
  readonly paths?: PathPlan;
}

/** Real pictures apart from the reference, or their statistics. */
export interface ValidationPlan extends Pick<ChosenStatistics, 'referenceStatistics' | 'statisticsModel'> {
  readonly pictures?: SetPlan;
}

/** Decides the passes of one set of pictures. */
export function planSet(
  { options, metrics, networks, labels, resolutions, reducedUse, lpips, paths }: SharedPlan,
  set: PictureSet,
  { model, classifier, classColumns, reason, warning }: ChosenNetworks,
): SetPlan {
  const passes: Pass[] = [];
  const addPass = (network: Network, resolution: number | 'full') => {
    if (passes.some((pass) => pass.network.identity === network.identity && pass.resolution === resolution))
      return;
    const forModel = reducedUse === 'both networks' && network.identity === model.identity;
    const outputs = outputsOf(network, resolution === 'full' || forModel);
    const extractor = extractorFor(network, resolution, options);
    const label = labels.get(network.identity) ?? network.name;
    const exact = exactFor(network, resolution, options);
    passes.push({ network, label, resolution, outputs, extractor, ...(exact && { exact }) });
  };
  const side = largestSide(set.inspections);
  const reduced = resolutions.filter((resolution) => resolution < side);
  if (metrics.some(readsModel)) {
    addPass(model, 'full');
    if (reducedUse === 'both networks') for (const resolution of reduced) addPass(model, resolution);
  }
  for (const network of networks) addPass(network, 'full');
  const wantsAccuracy =
    metrics.some(readsClassifier) && classifier !== undefined && classColumns !== undefined;
  if (wantsAccuracy) {
    addPass(classifier, 'full');
    for (const resolution of reduced) addPass(classifier, resolution);
  }
  return {
    set,
    passes,
    model,
    resolutions,
    ...(wantsAccuracy ? { classifier, classColumns: classColumns.columns } : {}),
    classesByIndex: wantsAccuracy && classColumns.matchedBy === 'index',
    noAccuracy: reason,
    classifierWarning: wantsAccuracy ? warning : undefined,
    ...(paths && set.source.paths && { paths }),
    pairsPerClass: metrics.some(isOfPairs) && set.source.classNames ? options.msssimPairs : 0,
    scoresMsssim: metrics.some(readsMsssim),
    lpips,
  };
}

/** What is to be done with a validation set: its features on the networks on which a metric reads them, and nothing else. */
export function planValidation(
  {
    model,
    further,
    ...shared
  }: SharedPlan & { readonly model: Network; readonly further: readonly FurtherNetwork[] },
  validation: PictureSet | NamedStatistics | undefined,
): ValidationPlan | undefined {
  if (!validation) return undefined;
  if (!('source' in validation))
    return chooseStatistics(validation, [model, ...shared.networks], shared.options.precision);
  const metrics = shared.metrics.filter((metric) => metric.usesValidation && !readsClassifier(metric));
  const networks = further
    .filter(({ metrics: ids }) => ids.some((id) => findMetric(id)?.usesValidation))
    .map(({ network }) => network);
  const full = { ...shared, metrics, networks, resolutions: [], reducedUse: 'classifier' } as const;
  return { pictures: planSet(full, validation, { model }) };
}

/** All outputs, so that a later run with other metrics finds them, or class scores alone. */
function outputsOf(network: Network, all: boolean): OutputName[] {
  const names: OutputName[] = all ? ['features', 'logits', 'scores'] : ['logits'];
  return names.filter((name) => network.card.outputs[name]);
}

function extractorFor(network: Network, resolution: number | 'full', options: ResolvedOptions) {
  const { device, precision, threads, downsample, cacheDir } = options;
  const reduceTo = resolution === 'full' ? undefined : resolution;
  return planExtractor(network, { reduceTo, downsample, device, precision, threads, cacheDir });
}

function exactFor(network: Network, resolution: number | 'full', options: ResolvedOptions) {
  if (options.precision === 'float32' || resolution !== 'full') return undefined;
  return extractorFor(network, resolution, { ...options, precision: 'float32', device: 'cpu' });
}
