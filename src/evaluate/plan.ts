import { UsageError } from '../core/errors.js';
import { omitUndefined } from '../core/omit-undefined.js';
import { type ClassMap, nameNumberedClasses, readClassMap } from '../networks/cards/class-map.js';
import { type ChosenNetworks, chooseNetworks } from '../networks/choose-networks.js';
import { listKnownNetworks, listNetworks } from '../networks/known-networks.js';
import { labelNetwork } from '../networks/named-network.js';
import { type Network, openNetwork } from '../networks/network.js';
import type { NetworkOptions } from '../networks/network-options.js';
import { divideMetrics, type FurtherNetwork, listModels } from './further-networks.js';
import { explainUnknownClasses } from './guidance/explain-classes.js';
import { chooseAskedMetrics } from './metric-requests.js';
import type { ResolvedOptions } from './options.js';
import { openPairNetwork } from './pairs/open-pair-network.js';
import { planPaths } from './paths/plan-paths.js';
import { haveColor, largestSide, type PictureSet } from './picture-set.js';
import { planSet, planValidation, type ReducedUse, type SetPlan, type ValidationPlan } from './plan-set.js';
import { type ChosenStatistics, chooseStatistics } from './statistics/choose-statistics.js';
import type { NamedStatistics } from './statistics/statistics-file.js';

export type { Pass, ReducedUse, SetPlan } from './plan-set.js';

/** Everything that a run will do, decided before it starts. */
export interface Plan extends ChosenStatistics {
  readonly options: ResolvedOptions;
  /** Ids, in the order in which a report shows them. */
  readonly metrics: readonly string[];
  /** Networks beside the model, with rows of their own. */
  readonly further: readonly FurtherNetwork[];
  /** What `--metrics` names beside ids. */
  readonly placed: readonly string[];
  readonly resolutions: readonly number[];
  readonly model: Network;
  readonly samples: SetPlan;
  readonly reference?: SetPlan;
  /** Real pictures apart from the reference. */
  readonly validation?: ValidationPlan;
  /** The sets that have passes: the samples, and the reference and the validation set if they are pictures. */
  readonly sets: readonly SetPlan[];
}

export interface PlanSettings {
  readonly reducedUse?: ReducedUse;
  /** In place of the one that would be chosen: the model of the other sets that this one is compared with. */
  readonly model?: Network;
  /** Real pictures apart from the reference. */
  readonly validation?: PictureSet | NamedStatistics;
}

/**
 * Decides the networks, the resolutions and the passes.
 *
 * @throws {NetworkError} where a network is missing or unfit
 * @throws {UsageError} for options that contradict each other
 */
export async function makePlan(
  options: ResolvedOptions,
  samples: PictureSet,
  reference?: PictureSet | NamedStatistics,
  { reducedUse = 'classifier', model: given, validation }: PlanSettings = {},
): Promise<Plan> {
  const asked = chooseAskedMetrics(options, validation !== undefined);
  const [named] = listModels(options);
  const classMap = await mapClasses(options);
  const choose = (set: PictureSet) =>
    chooseNetworks(
      set.source.classNames,
      {
        network: named.network,
        options: omitUndefined({ ...cardOptions(options, named.network), profile: named.profile }),
      },
      { network: options.classifier, options: cardOptions(options, options.classifier) },
      {
        modelsDir: options.modelsDir,
        classMap: set.role === 'reference' && hasNames(options, classMap, set) ? undefined : classMap,
        profile: options.profile,
        haveColor: () => haveColor(set),
      },
    );
  const pictures = reference && 'source' in reference ? reference : undefined;
  const chosenForSamples = await choose(samples);
  const choice = {
    ...chosenForSamples,
    ...(classMap === undefined && {
      reason: explainUnknownClasses(
        chosenForSamples.reason,
        samples,
        pictures,
        await openNamed(options, chosenForSamples),
      ),
    }),
  };
  const choiceForReference = reference && 'source' in reference ? await choose(reference) : undefined;
  // All sets go through one model; samples without labels are taken for the reference's classes.
  const chosen = samples.source.classNames ? choice : (choiceForReference ?? choice);
  const model = given ?? (await modelOfStatistics(options, reference)) ?? chosen.model;
  const resolutions = chooseResolutions(options, samples, choice);
  const { own, further, placed } = await divideMetrics(options, model, asked);
  const networks = further.map(({ network }) => network);
  const labels = new Map(further.map(({ network, label }) => [network.identity, label]));
  labels.set(model.identity, labelNetwork(model.name, named.profile));
  const lpips = await openPairNetwork(options, own, pictures ? [samples, pictures] : [samples]);
  const paths = await planPaths(options, own, samples);
  const shared = { options, metrics: own, networks, labels, resolutions, reducedUse, lpips, paths };
  const planned = planSet(shared, samples, { ...choice, model });
  const heldOut = planValidation({ ...shared, model, further }, validation);
  const plan: Plan = {
    options,
    metrics: own.map(({ id }) => id),
    further,
    placed,
    resolutions,
    model,
    samples: planned,
    ...(heldOut && { validation: heldOut }),
    sets: [planned, ...(heldOut?.pictures ? [heldOut.pictures] : [])],
  };
  if (!reference) return plan;
  const statistics = chooseStatistics(reference, [model, ...networks], options.precision);
  if (!('source' in reference)) return { ...plan, ...statistics };
  const plannedReference = planSet(shared, reference, { ...(choiceForReference ?? choice), model });
  return {
    ...plan,
    ...statistics,
    reference: plannedReference,
    sets: plan.sets.toSpliced(1, 0, plannedReference),
  };
}

/** The network that the user named for class accuracy; opened where that can't be computed. */
async function openNamed(
  options: ResolvedOptions,
  { model, reason }: ChosenNetworks,
): Promise<Network | undefined> {
  if (reason === undefined) return undefined;
  const { classifier, modelsDir, profile } = options;
  if (classifier === 'auto') return listModels(options)[0].network === 'auto' ? undefined : model;
  const card = cardOptions(options, classifier);
  return openNetwork(classifier, { ...card, profile, purpose: 'classifier' }, modelsDir);
}

/** Whether what numbers stand for concerns no class of a set, since they have names. */
function hasNames({ classes }: ResolvedOptions, map: ClassMap | undefined, { source }: PictureSet): boolean {
  return classes !== undefined && !source.classNames?.some((name) => map?.targets.has(name));
}

/** What the user says of the classes' names. */
async function mapClasses({ classMap, classes, modelsDir }: ResolvedOptions): Promise<ClassMap | undefined> {
  if (classMap !== undefined && classes !== undefined) {
    throw new UsageError('Options classes and classMap both say what classes stand for: leave one out.');
  }
  if (classMap !== undefined) return readClassMap(classMap);
  if (classes === undefined) return undefined;
  return nameNumberedClasses(classes, await listNetworks(modelsDir));
}

/** With `auto`, the embedded network that statistics were made with; undefined if it is none of them. */
async function modelOfStatistics(
  options: ResolvedOptions,
  reference: PictureSet | NamedStatistics | undefined,
): Promise<Network | undefined> {
  const file = reference && 'source' in reference ? reference.statistics : reference;
  const [{ network: asked, profile = options.profile }] = listModels(options);
  const { modelsDir } = options;
  if (asked !== 'auto' || file?.network === undefined) return undefined;
  for (const { card, origin } of await listKnownNetworks(modelsDir)) {
    if (origin !== 'embedded') continue;
    const network = await openNetwork(card.name, { profile }, modelsDir);
    if (network.identity === file.network) return network;
  }
  return undefined;
}

/** What the user says in place of a card; it is about the networks that the user named. */
export function cardOptions(
  {
    inputSize,
    normalize,
    featuresOutput,
    logitsOutput,
  }: Pick<ResolvedOptions, 'inputSize' | 'normalize' | 'featuresOutput' | 'logitsOutput'>,
  network: string,
): NetworkOptions | undefined {
  return network === 'auto' ? undefined : { inputSize, normalize, featuresOutput, logitsOutput };
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
