import { basename, extname } from 'node:path';
import { NetworkError } from '../core/errors.js';
import { readPlaced } from '../evaluate/metric-requests.js';
import type { ScoreOptions } from '../evaluate/options.js';
import { type KnownNetwork, listKnownNetworks } from '../networks/known-networks.js';
import { labelNetwork, parseNamedNetwork } from '../networks/named-network.js';
import type { OtherNetworks } from './networks-again.js';
import { type AskedNetwork, digestAll } from './order-networks.js';
import { otherNetworkError } from './other-network.js';
import { type ScoredBefore, type UsedNetwork, usedBy } from './used-network.js';

type Metrics = NonNullable<ScoreOptions['metrics']>;

/** What a result asks for again: its metrics, and the networks of `--model` that are for more than finding the network of one metric. */
export interface PlacedAgain {
  readonly metrics: Metrics;
  readonly model?: ScoreOptions['model'];
}

/**
 * The metrics of a result that name a network, with the name or the file that the network has here: known networks and those of `--model` are
 * matched by their digest. A file of `--model` that is such a network alone only says where it is.
 *
 * @throws {NetworkError} for a network of a metric that is not here, or is another; under `accept` only if there is none of its name
 */
export async function placeMetricsAgain(
  before: ScoredBefore,
  { model, modelsDir }: Pick<ScoreOptions, 'model' | 'modelsDir'>,
  otherNetworks: OtherNetworks,
): Promise<PlacedAgain> {
  const metrics = before.settings.metrics as Metrics;
  const requests = metrics.map((text) => ({ text, placed: readPlaced(text) }));
  if (!requests.some(({ placed }) => placed)) return { metrics, ...(model !== undefined && { model }) };
  const known = await listKnownNetworks(modelsDir);
  const asked = await digestAll(typeof model === 'string' ? [model] : (model ?? []), known, modelsDir);
  const places = new Set<AskedNetwork>();
  const spelled: string[] = [];
  for (const { text, placed } of requests) {
    const label = placed && labelNetwork(placed.network.network, placed.network.profile);
    const wanted = label === undefined ? undefined : wantedFor(before, label);
    if (!placed || !wanted) {
      spelled.push(text);
      continue;
    }
    const { network: name, profile } = placed.network;
    const file = asked.find(({ sha256 }) => sha256 === wanted.sha256);
    const here = findHere(name, { wanted, known, asked, otherNetworks });
    if (here === undefined) throw await notHereError({ text, wanted, asked, known, before });
    if (file) places.add(file);
    spelled.push(here === name ? text : `${placed.metric}@${labelNetwork(here, profile)}`);
  }
  const ofModels = new Set(digestsOfModels(before));
  const left = asked.filter((each) => !places.has(each) || ofModels.has(each.sha256)).map(({ text }) => text);
  return {
    metrics: spelled as Metrics,
    ...(left.length > 0 && { model: left as [string, ...string[]] }),
  };
}

/** The network of a label: a further one, or else the first, where that is its label. */
function wantedFor(before: ScoredBefore, label: string): UsedNetwork | undefined {
  const further = usedBy(before, 'model', label);
  const first = usedBy(before, 'model');
  const labelOfFirst = before.settings.networks?.[0] ?? first?.name;
  return further ?? (labelOfFirst === label ? first : undefined);
}

interface Places {
  readonly wanted: UsedNetwork;
  readonly known: readonly KnownNetwork[];
  readonly asked: readonly AskedNetwork[];
  readonly otherNetworks: OtherNetworks;
}

/** The name or the file of a network here. */
function findHere(name: string, { wanted, known, asked, otherNetworks }: Places): string | undefined {
  const same = known.filter(({ card }) => card.sha256 === wanted.sha256);
  const namesake = known.find(({ card }) => card.name === name);
  if (same.length > 0) return same.some((each) => each === namesake) ? name : same[0].card.name;
  const file = asked.find(({ sha256 }) => sha256 === wanted.sha256);
  if (file || otherNetworks === 'refuse') return nameOf(file);
  return namesake?.card.name ?? nameOf(asked.find((each) => stemOf(each) === name));
}

const nameOf = (asked: AskedNetwork | undefined) => asked && parseNamedNetwork(asked.text).network;

function stemOf(asked: AskedNetwork): string {
  const { network } = parseNamedNetwork(asked.text);
  return basename(network, extname(network));
}

/** Of the networks that `--model` named for the result. */
function digestsOfModels(before: ScoredBefore): (string | undefined)[] {
  const further = before.settings.networks?.slice(1) ?? [];
  return [usedBy(before, 'model'), ...further.map((label) => usedBy(before, 'model', label))].map(
    (network) => network?.sha256,
  );
}

interface NotHere extends Omit<Places, 'otherNetworks'> {
  /** The metric, as `--metrics` spells it. */
  readonly text: string;
  readonly before: ScoredBefore;
}

async function notHereError({ text, wanted, asked, known, before }: NotHere): Promise<NetworkError> {
  const isOther = (each: AskedNetwork) => !known.some(({ card }) => card.name === nameOf(each));
  const others = asked.filter((each) => isOther(each) && !digestsOfModels(before).includes(each.sha256));
  if (others.length > 0) {
    const files = others.map((each) => `${nameOf(each)} (${each.sha256?.slice(0, 12)}…)`).join(' and ');
    return new NetworkError(
      `The baseline has ${text} on the network ${wanted.name} with the SHA-256 ${wanted.sha256.slice(0, 12)}…, and ${files} ${others.length === 1 ? 'is another' : 'are others'}: name its file with --model FILE.onnx, or make a new baseline with --update.`,
    );
  }
  const namesake = known.find(({ card }) => card.name === wanted.name);
  return otherNetworkError(wanted, '--model', namesake, before.createdWith.ganeval);
}
