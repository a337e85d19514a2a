import type { ScoreOptions } from '../evaluate/options.js';
import { type KnownNetwork, listKnownNetworks } from '../networks/known-networks.js';
import { labelNetwork, parseNamedNetwork } from '../networks/named-network.js';
import { otherNetworkError } from './other-network.js';
import { type ScoredBefore, type UsedNetwork, usedBy } from './used-network.js';

/** What to do where a network of the result is not here, or has changed since. */
export type OtherNetworks = 'refuse' | 'accept';

/**
 * The networks of `--model` and `--classifier` that a result names, by their names here; those that are asked for win.
 *
 * @throws {NetworkError} for one that is not here, under `refuse`
 */
export async function findNetworksAgain(
  before: ScoredBefore,
  { model, classifier, modelsDir }: Pick<ScoreOptions, 'model' | 'classifier' | 'modelsDir'>,
  otherNetworks: OtherNetworks,
): Promise<Pick<ScoreOptions, 'model' | 'classifier'>> {
  const { settings, createdWith } = before;
  const known = await listKnownNetworks(modelsDir);
  const find = async (wanted: UsedNetwork | undefined, flag: string) => {
    if (!wanted) return undefined;
    const isSame = ({ card }: KnownNetwork) => card.sha256 === wanted.sha256;
    const same = known.find((each) => isSame(each) && each.card.name === wanted.name) ?? known.find(isSame);
    if (same) return same.card.name;
    const namesake = known.find(({ card }) => card.name === wanted.name);
    if (otherNetworks === 'accept') return namesake?.card.name;
    throw await otherNetworkError(wanted, flag, namesake, createdWith.ganeval);
  };
  const forFeatures = usedBy(before, 'model');
  const forClasses = usedBy(before, 'classifier');
  // One network in both parts needs naming once; and where there is class accuracy alone, no other needs opening.
  const one = !forFeatures || !forClasses || forFeatures.sha256 === forClasses.sha256;
  const asked = typeof model === 'string' ? [model] : model;
  const first = asked && parseNamedNetwork(asked[0]).network;
  const name = first ?? (one ? classifier : undefined) ?? (await find(forFeatures ?? forClasses, '--model'));
  const className = classifier ?? (one && forClasses ? name : await find(forClasses, '--classifier'));
  const further = new Map<string, string>();
  if (!asked) {
    for (const label of settings.networks?.slice(1) ?? []) {
      further.set(label, respell(label, await find(usedBy(before, 'model', label), '--model')));
    }
  }
  const models = asked ?? listModels(settings.networks, name, further);
  return {
    ...(models !== undefined && { model: models.length === 1 ? models[0] : models }),
    ...(className !== undefined && { classifier: className }),
  };
}

/** The networks of `--model`; undefined where none was named. */
function listModels(
  labels: readonly string[] | undefined,
  first: string | undefined,
  further: ReadonlyMap<string, string>,
): [string, ...string[]] | undefined {
  if (!labels || labels.length === 0) return first === undefined ? undefined : [first];
  const [label, ...others] = labels;
  return [respell(label, first), ...others.map((other) => further.get(other) ?? other)];
}

/** A label with the name that its network has here. */
function respell(label: string, name: string | undefined): string {
  return name === undefined ? label : labelNetwork(name, parseNamedNetwork(label).profile);
}
