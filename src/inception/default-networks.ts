import { type ClassColumns, findClassColumns } from './class-columns.js';
import { listNetworks, type Network, openNetwork } from './network.js';
import type { NetworkOptions } from './network-options.js';

/** `auto`, the name of an embedded network, or the path of an ONNX file with what its card doesn't say. */
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
}

/** The network for features where none is named. */
const DEFAULT_MODEL = 'inception-cifar10';

/**
 * Opens the networks of a run. `auto` for the classifier takes the model if it knows every class of the samples, else
 * the first embedded network that does, else none. Throws NetworkError for a named network that cannot be used.
 *
 * @param classNames classes of the samples; undefined if they have no labels
 */
export async function chooseNetworks(
  classNames: readonly string[] | undefined,
  model: NetworkChoice,
  classifier: NetworkChoice,
): Promise<ChosenNetworks> {
  const opened = await openNetwork(model.network === 'auto' ? DEFAULT_MODEL : model.network, model.options);
  if (classifier.network !== 'auto') {
    // A named classifier is opened in any case, so that a mistake in its name is told.
    const named = await openNetwork(classifier.network, classifier.options);
    return { model: opened, ...matchClassifier(classNames, [named]) };
  }
  const others = classNames ? await openOthers(opened) : [];
  return { model: opened, ...matchClassifier(classNames, [opened, ...others]) };
}

function matchClassifier(
  classNames: readonly string[] | undefined,
  candidates: readonly Network[],
): Omit<ChosenNetworks, 'model'> {
  if (!classNames) return { reason: 'The samples have no labels.' };
  const reasons: string[] = [];
  for (const classifier of candidates) {
    const found = findClassColumns(classNames, classifier);
    if ('columns' in found) return { classifier, classColumns: found };
    reasons.push(found.reason);
  }
  return { reason: reasons.join(' ') };
}

async function openOthers({ sha256 }: Network): Promise<Network[]> {
  const cards = await listNetworks();
  const networks = await Promise.all(cards.map(({ name }) => openNetwork(name)));
  return networks.filter((network) => network.sha256 !== sha256);
}
