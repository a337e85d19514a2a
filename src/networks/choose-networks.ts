import type { ProfileName } from '../core/profile-names.js';
import type { NetworkCard } from './cards/card.js';
import { type ClassColumns, findClassColumns, type NetworkClasses } from './cards/class-columns.js';
import type { ClassMap } from './cards/class-map.js';
import { type KnownNetwork, listKnownNetworks } from './known-networks.js';
import { type Network, openNetwork } from './network.js';
import type { NetworkOptions } from './network-options.js';

/** `auto`, the name of a known network, or the path of an ONNX file with what its card doesn't say. */
export interface NetworkChoice {
  readonly network: 'auto' | string;
  readonly options?: NetworkOptions;
}

export interface ChosenNetworks {
  /** Gives features and the Inception Score. */
  readonly model: Network;
  /** Gives class accuracy; absent with a `reason`. May be the same object as `model`. */
  readonly classifier?: Network;
  readonly classColumns?: ClassColumns;
  /** Why there is no classifier, as a sentence. */
  readonly reason?: string;
  /** What a reader of class accuracy should know of the choice, as a sentence. */
  readonly warning?: string;
}

/** Where known networks are, and how the samples' classes are named in them. */
export interface ChoiceOptions {
  /** Folder of the store; the system's usual place if it is not given. */
  readonly modelsDir?: string;
  readonly classMap?: ClassMap;
  readonly profile?: ProfileName;
  /** Whether the samples have color; asked only where it decides between networks. */
  readonly haveColor?: () => Promise<boolean>;
}

/** The network for features where none is named: the field's own if it is in the store, else the one that is always there. */
const PREFERRED_MODEL = 'inception-v3';
const DEFAULT_MODEL = 'inception-cifar10';
/** Knows ImageNet's classes by name, as the preferred model does not. */
const IMAGENET_CLASSIFIER = 'inception-v3-imagenet';

/**
 * Opens the networks of a run. `auto` for the classifier takes the model if it knows every class of the samples, else
 * the first network that does, of the embedded ones and then of the store, else none. With `auto` for both, an embedded network
 * that knows the classes is the model too, unless the field's own is in the store: the Inception Score of digits means nothing over
 * the classes of other things.
 *
 * Classes that are numbers count the columns of a classifier that is named, and are the classes of a network that has such names, if its
 * pictures are as gray; they name no class of another network.
 *
 * @param classNames classes of the samples; undefined if they have no labels
 * @throws {NetworkError} for a named network that cannot be used
 */
export async function chooseNetworks(
  classNames: readonly string[] | undefined,
  model: NetworkChoice,
  classifier: NetworkChoice,
  { modelsDir, classMap, profile, haveColor = async () => false }: ChoiceOptions = {},
): Promise<ChosenNetworks> {
  const known = await listKnownNetworks(modelsDir);
  const open = (name: string, options?: NetworkOptions) =>
    openNetwork(name, { profile, ...options }, modelsDir);
  const opened = await open(nameOfModel(model.network, known), model.options);
  if (classifier.network !== 'auto') {
    // A named classifier is opened in any case, so that a mistake in its name is reported.
    const named = await open(classifier.network, { ...classifier.options, purpose: 'classifier' });
    return {
      model: opened,
      ...(await matchClassifier(
        classNames,
        [{ ...openedCandidate(named), named: true }],
        classMap,
        haveColor,
      )),
    };
  }
  const first = openedCandidate(opened);
  const others = known
    .filter(({ card }) => card.sha256 !== opened.sha256)
    .map(({ card }) => ({
      classes: classesOf(card),
      gray: card.gray,
      open: () => open(card.name),
    }));
  const match = await matchClassifier(classNames, [first, ...others], classMap, haveColor);
  const knows = known.find(({ card }) => card.sha256 === match.classifier?.sha256);
  if (model.network === 'auto' && opened.name === DEFAULT_MODEL && knows?.origin === 'embedded') {
    return { ...match, model: match.classifier as Network };
  }
  return { model: opened, ...match, ...explainChoice(opened, match, known, classMap) };
}

function nameOfModel(asked: string, known: readonly KnownNetwork[]): string {
  if (asked !== 'auto') return asked;
  return known.some(({ card }) => card.name === PREFERRED_MODEL) ? PREFERRED_MODEL : DEFAULT_MODEL;
}

/** A network that may know the classes; it is opened only if it does, since some are large. */
interface Candidate {
  readonly classes: NetworkClasses;
  /** The person asked for this network. */
  readonly named?: boolean;
  /** It is for gray pictures. */
  readonly gray?: boolean;
  open(): Promise<Network>;
}

function openedCandidate(network: Network): Candidate {
  return { classes: network, open: async () => network };
}

function classesOf({
  name,
  classes,
  synsets,
  classesNeedMap,
  classRange,
  outputs,
}: NetworkCard): NetworkClasses {
  return { name, classes, synsets, classesNeedMap, classRange, logitWidth: outputs.logits?.width ?? 0 };
}

async function matchClassifier(
  classNames: readonly string[] | undefined,
  candidates: readonly Candidate[],
  classMap: ClassMap | undefined,
  haveColor: () => Promise<boolean>,
): Promise<Omit<ChosenNetworks, 'model'>> {
  if (!classNames) return { reason: 'The samples have no labels.' };
  const areNumbers = classNames.every((name) => /^\d+$/.test(name));
  const reasons: string[] = [];
  let numbered: string | undefined;
  for (const candidate of candidates) {
    const { classes, named, gray } = candidate;
    const found = findClassColumns(classNames, classes, classMap);
    if ('reason' in found) reasons.push(found.reason);
    else if (found.matchedBy === 'index' && !named) numbered ??= classes.name;
    // Folders 0 to 9 are digits only if the pictures are gray.
    else if (areNumbers && !named && !classMap && gray && (await haveColor())) numbered ??= classes.name;
    else {
      const isGuess = areNumbers && !named && found.matchedBy === 'name';
      return {
        classifier: await candidate.open(),
        classColumns: found,
        ...(isGuess && { warning: explainNumbers(classes.name) }),
      };
    }
  }
  if (numbered !== undefined) return { reason: explainNoNames(classNames, numbered) };
  // A class that the map leaves out is the same mistake for every network.
  return { reason: [...new Set(reasons)].join(' ') };
}

/** Numbers alone may count anything: whoever means a network's columns has to say so. */
function explainNoNames(classNames: readonly string[], network: string): string {
  const last = classNames[classNames.length - 1];
  return `The classes are numbers (${classNames[0]} to ${last}), which name no class of ${network}: say what they are with --classes (--classes ${network}, or names from 0 on with commas), or name the network whose columns they count with --classifier.`;
}

/** Numbers may be one network's classes, as digits are, and count another's. */
function explainNumbers(chosen: string): string {
  return `The classes are numbers and were taken for the classes of ${chosen} that have these names: if they are something else, say what with --classes, or name another network with --classifier.`;
}

/** What to say where the model can't classify without a map. */
function explainChoice(
  model: Network,
  { classifier, reason }: Omit<ChosenNetworks, 'model'>,
  known: readonly KnownNetwork[],
  classMap: ClassMap | undefined,
): Pick<ChosenNetworks, 'reason' | 'warning'> {
  if (!model.classesNeedMap || classMap) return {};
  if (classifier) {
    const warning = `The classes of ${model.name} are in an order of their own and need --class-map: without one, class accuracy comes from ${classifier.name}.`;
    return { warning };
  }
  if (!reason || known.some(({ card }) => card.name === IMAGENET_CLASSIFIER)) return {};
  return { reason: `${reason} For ImageNet's classes, "ganeval models pull ${IMAGENET_CLASSIFIER}".` };
}
