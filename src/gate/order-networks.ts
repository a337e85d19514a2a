import type { ScoreOptions } from '../evaluate/options.js';
import { type KnownNetwork, listKnownNetworks } from '../networks/known-networks.js';
import { parseNamedNetwork } from '../networks/named-network.js';
import { digestOfNetwork } from '../networks/network.js';
import { type ScoredBefore, usedBy } from './used-network.js';

/** A network that `--model` of this run names. */
export interface AskedNetwork {
  /** NAME or a file, with a profile where it has one. */
  readonly text: string;
  readonly sha256?: string;
}

/** Digests of the networks that `--model` names; a file that is none says where a network is. */
export async function digestAll(
  texts: readonly string[],
  known: readonly KnownNetwork[],
  modelsDir: string | undefined,
): Promise<AskedNetwork[]> {
  const asked: AskedNetwork[] = [];
  for (const text of texts) {
    const { network } = parseNamedNetwork(text);
    const card = known.find((each) => each.card.name === network)?.card;
    const sha256 =
      card?.sha256 ?? (network === 'auto' ? undefined : await digestOfNetwork(network, modelsDir));
    asked.push({ text, sha256 });
  }
  return asked;
}

/**
 * The networks of `--model` in the order that a result has them in, where they are the same: the first network classifies, and
 * entries without a network's name are its own.
 *
 * @returns `model` as it is, where it names other networks, or more or fewer
 */
export async function orderAsBefore(
  before: ScoredBefore,
  { model, modelsDir }: Pick<ScoreOptions, 'model' | 'modelsDir'>,
): Promise<ScoreOptions['model']> {
  const labels = before.settings.networks ?? [];
  if (model === undefined || typeof model === 'string' || model.length !== labels.length) return model;
  const asked = await digestAll(model, await listKnownNetworks(modelsDir), modelsDir);
  const ordered = labels.map((label, index) => {
    const { network: name, profile } = parseNamedNetwork(label);
    const sha256 = usedBy(before, 'model', index === 0 ? undefined : label)?.sha256;
    return asked.find((each) => {
      const { network, profile: own } = parseNamedNetwork(each.text);
      return own === profile && (sha256 === undefined ? network === name : each.sha256 === sha256);
    });
  });
  const texts = ordered.flatMap((each) => (each ? [each.text] : []));
  return new Set(texts).size === model.length ? (texts as [string, ...string[]]) : model;
}
