import type { OutputName } from '../features/shard-builder.js';
import { ImagesError } from '../images/images-error.js';
import { readClassMap } from '../inception/class-map.js';
import { type ChosenNetworks, chooseNetworks } from '../inception/default-networks.js';
import { type ExtractorPlan, planExtractor } from '../inception/extractor.js';
import type { Network } from '../inception/network.js';
import type { NetworkOptions } from '../inception/network-options.js';
import { METRIC_IDS, type ResolvedOptions, UsageError } from './options.js';
import { largestSide, type PictureSet } from './picture-set.js';
import type { StatisticsFile } from './statistics-file.js';

export type MetricName = (typeof METRIC_IDS)[number];

/** One run of all pictures of a set through one network. */
export interface Pass {
  readonly network: Network;
  /** Side to which pictures are reduced first, or `full`. */
  readonly resolution: number | 'full';
  readonly outputs: readonly OutputName[];
  readonly extractor: ExtractorPlan;
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
  readonly pairsPerClass: number;
}

/** Everything that a run will do, decided before it starts. */
export interface Plan {
  readonly options: ResolvedOptions;
  readonly metrics: readonly MetricName[];
  readonly resolutions: readonly number[];
  readonly model: Network;
  readonly samples: SetPlan;
  readonly reference?: SetPlan;
  readonly referenceStatistics?: StatisticsFile & { readonly name: string };
}

/**
 * Decides the networks, the resolutions and the passes. Throws NetworkError where a network is missing or unfit, and
 * UsageError for options that don't go together.
 */
export async function makePlan(
  options: ResolvedOptions,
  samples: PictureSet,
  reference?: PictureSet | (StatisticsFile & { readonly name: string }),
): Promise<Plan> {
  const metrics = METRIC_IDS.filter((id) => !options.metrics || options.metrics.includes(id));
  const classMap = options.classMap === undefined ? undefined : await readClassMap(options.classMap);
  const choose = (set: PictureSet) =>
    chooseNetworks(
      set.source.classNames,
      { network: options.model, options: cardOptions(options, options.model) },
      { network: options.classifier, options: cardOptions(options, options.classifier) },
      { modelsDir: options.modelsDir, classMap, profile: options.profile },
    );
  const choice = await choose(samples);
  const resolutions = chooseResolutions(options, samples, choice);
  const shared = { options, metrics, resolutions };
  const plan: Plan = { ...shared, model: choice.model, samples: planSet(shared, samples, choice) };
  if (!reference) return plan;
  if ('statistics' in reference) {
    refuseOtherNetwork(reference, choice.model);
    return { ...plan, referenceStatistics: reference };
  }
  return { ...plan, reference: planSet(shared, reference, await choose(reference)) };
}

/** Features of two networks have nothing in common, even where they are equally wide. */
function refuseOtherNetwork(
  { name, network }: StatisticsFile & { readonly name: string },
  model: Network,
): void {
  if (network === undefined || network === model.identity) return;
  throw new ImagesError(
    `The statistics file ${name} was made with another network than ${model.name}, or another profile: make it again with ganeval stats, or name its own with --model and --profile.`,
  );
}

/** What the user says in place of a card; it is about the networks that the user named. */
function cardOptions(
  { inputSize, normalise, featuresOutput, logitsOutput }: ResolvedOptions,
  network: string,
): NetworkOptions | undefined {
  return network === 'auto' ? undefined : { inputSize, normalise, featuresOutput, logitsOutput };
}

/**
 * The resolutions asked for, ascending; by default the pictures' own size, its half and its quarter (the paper's
 * 128, 64 and 32), from no larger a size than the classifier sees.
 */
function chooseResolutions(
  { resolutions }: ResolvedOptions,
  samples: PictureSet,
  { classifier }: ChosenNetworks,
): number[] {
  if (resolutions) {
    const unique = [...new Set(resolutions)].sort((a, b) => a - b);
    if (unique.length < resolutions.length) throw new UsageError('Option resolutions names a side twice.');
    return unique;
  }
  const side = Math.min(
    largestSide(samples.inspections),
    classifier?.card.input.size ?? Number.POSITIVE_INFINITY,
  );
  return [...new Set([side / 4, side / 2, side].map((value) => Math.max(1, Math.round(value))))];
}

function planSet(
  { options, metrics, resolutions }: Pick<Plan, 'options' | 'metrics' | 'resolutions'>,
  set: PictureSet,
  { model, classifier, classColumns, reason, warning }: ChosenNetworks,
): SetPlan {
  const passes: Pass[] = [];
  const addPass = (network: Network, resolution: number | 'full') => {
    if (passes.some((pass) => pass.network.identity === network.identity && pass.resolution === resolution))
      return;
    passes.push({ network, resolution, ...extractorFor(network, resolution, options) });
  };
  if (metrics.some((id) => id === 'is' || id === 'fid' || id === 'kid')) addPass(model, 'full');
  const wantsAccuracy =
    metrics.includes('accuracy') && classifier !== undefined && classColumns !== undefined;
  if (wantsAccuracy) {
    addPass(classifier, 'full');
    const side = largestSide(set.inspections);
    for (const resolution of resolutions) if (resolution < side) addPass(classifier, resolution);
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
    pairsPerClass: metrics.includes('msssim') && set.source.classNames ? options.msssimPairs : 0,
  };
}

/** All outputs at full size, so that a later run with other metrics finds them; class scores alone when reduced. */
function extractorFor(network: Network, resolution: number | 'full', options: ResolvedOptions) {
  const names: OutputName[] = resolution === 'full' ? ['features', 'logits', 'scores'] : ['logits'];
  const outputs = names.filter((name) => network.card.outputs[name]);
  const { device, threads, downsample } = options;
  const reduceTo = resolution === 'full' ? undefined : resolution;
  return { outputs, extractor: planExtractor(network, { reduceTo, downsample, device, threads }) };
}
