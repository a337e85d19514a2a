import { NetworkError, UsageError } from '../core/errors.js';
import { isOfPaths, networkOf, readsLpips } from '../metrics/facts.js';
import type { Metric } from '../metrics/metric.js';
import { findMetric, listMetrics } from '../metrics/registry.js';
import { SHORTCUTS } from '../metrics/shortcuts.js';
import { readCatalogue } from '../networks/catalogue.js';
import { listKnownNetworks } from '../networks/known-networks.js';
import { labelNetwork, type NamedNetwork, parseNamedNetwork } from '../networks/named-network.js';
import { type Network, openNetwork } from '../networks/network.js';
import { LPIPS_NETWORK } from '../networks/pairs/open-lpips.js';
import { type PlacedMetric, readMetricRequests, spellPlaced } from './metric-requests.js';
import type { ResolvedOptions } from './options.js';

/** A network beside the model, and the metrics that are computed on it too. */
export interface FurtherNetwork {
  readonly network: Network;
  /** As rows and rules name it: NAME, or NAME@PROFILE where it has a profile of its own. */
  readonly label: string;
  /** Ids, in the order in which a report shows them. */
  readonly metrics: readonly string[];
}

/** Which metrics go with which network. */
export interface DividedMetrics {
  /** Of the model, and those that need no network of `--model`. */
  readonly own: readonly Metric[];
  readonly further: readonly FurtherNetwork[];
  /** What `--metrics` names beside ids, for the settings of a result. */
  readonly placed: readonly string[];
}

/** The networks that `--model` names, the first of which is the model. */
export function listModels({ model }: Pick<ResolvedOptions, 'model'>): [NamedNetwork, ...NamedNetwork[]] {
  const [first, ...rest] = (typeof model === 'string' ? [model] : model).map(parseNamedNetwork);
  return [first, ...rest];
}

/** What the settings of a result say of the networks of `--model`; undefined where one is fed as the run says. */
export function describeModels(
  options: Pick<ResolvedOptions, 'model'>,
  model: Network,
  further: readonly FurtherNetwork[],
): string[] | undefined {
  const [first, ...rest] = listModels(options);
  if (rest.length === 0 && first.profile === undefined) return undefined;
  const labels = further.slice(0, rest.length).map(({ label }) => label);
  return [labelNetwork(model.name, first.profile), ...labels];
}

/** What `--metrics` has to say for the metrics of the model: an id that is the name of a shortcut too would mean another network. */
export function spellOwn(
  options: Pick<ResolvedOptions, 'model'>,
  model: Network,
  ids: readonly string[],
): string[] {
  const label = labelNetwork(model.name, listModels(options)[0].profile);
  return ids.map((id) => (Object.hasOwn(SHORTCUTS, id) ? spellPlaced(id, label) : id));
}

/**
 * Opens the networks beside the model: those that `--model` names after the first, on which every metric of features or class scores is
 * computed, and those that `--metrics` names with a metric.
 *
 * @param asked the metrics of all networks of `--model`
 * @throws {NetworkError} for a network that can't be used
 * @throws {UsageError} for a network that is named twice
 */
export async function divideMetrics(
  options: ResolvedOptions,
  model: Network,
  asked: readonly Metric[],
): Promise<DividedMetrics> {
  const [first, ...models] = listModels(options);
  const { placed } = readMetricRequests(options.metrics);
  const label = labelNetwork(model.name, first.profile);
  const typed = first.network === 'auto' ? label : labelNetwork(first.network, first.profile);
  const ofFirst: Holder = { network: model, label, typed, ids: new Set() };
  const holders: Holder[] = [ofFirst];
  for (const named of models) {
    const holder = await open(options, named);
    refuseTwin(holders, holder);
    for (const metric of asked) if (suits(metric, holder.network)) holder.ids.add(metric.id);
    holders.push(holder);
  }
  const spelled: string[] = [];
  for (const { metric, network } of placed) {
    const opened = await open(options, network);
    let holder = holders.find((each) => each.network.identity === opened.network.identity);
    if (!holder) {
      holder = opened;
      refuseTwin(holders, holder);
      holders.push(holder);
    } else if (holder !== ofFirst && holder.label !== opened.label) refuseTwin([holder], opened);
    holder.ids.add(metric);
    if (holder !== ofFirst) spelled.push(spellPlaced(metric, holder.label));
  }
  const idsOf = ({ ids }: Holder) => listMetrics().flatMap(({ id }) => (ids.has(id) ? [id] : []));
  return {
    own: listMetrics().filter((metric) => asked.includes(metric) || ofFirst.ids.has(metric.id)),
    further: holders
      .slice(1)
      .map((holder) => ({ network: holder.network, label: holder.label, metrics: idsOf(holder) })),
    placed: [...new Set(spelled)],
  };
}

/** A network, and the metrics that it is for. */
interface Holder {
  readonly network: Network;
  readonly label: string;
  /** As the user named it. */
  readonly typed: string;
  readonly ids: Set<string>;
}

async function open(options: ResolvedOptions, { network: name, profile }: NamedNetwork): Promise<Holder> {
  if (name === 'auto') {
    throw new UsageError('--model auto stands for one network, the first: name the others by their names.');
  }
  const network = await openNetwork(name, { profile: profile ?? options.profile }, options.modelsDir);
  return {
    network,
    label: labelNetwork(network.name, profile),
    typed: labelNetwork(name, profile),
    ids: new Set(),
  };
}

/** Rows are told apart by the label, and features by the identity. */
function refuseTwin(holders: readonly Holder[], { network, label, typed }: Holder): void {
  const twin = holders.find((each) => each.label === label || each.network.identity === network.identity);
  if (!twin) return;
  throw new UsageError(
    twin.network.identity === network.identity
      ? `The networks ${twin.typed} and ${typed} are one network that is fed in one way: name it once.`
      : `Two networks are called ${label} (${twin.network.path} and ${network.path}): give one another name in its card.`,
  );
}

/** Whether a network gives what a metric reads; without class scores there is nothing to say of the Inception Score. */
function suits(metric: Metric, { logitWidth }: Network): boolean {
  return networkOf(metric) === 'model' && !(metric.needs.includes('logits') && logitWidth === 0);
}

/**
 * Refuses networks that are not here, all at once, before any picture is read.
 *
 * @throws {NetworkError} naming each, with what fetches it
 */
export async function requireNetworks(options: ResolvedOptions): Promise<void> {
  const placed = readMetricRequests(options.metrics).placed.map(({ network }: PlacedMetric) => network);
  const names = new Set([...listModels(options), ...placed].map(({ network }) => network));
  if (names.size === 1) return;
  const known = new Set((await listKnownNetworks(options.modelsDir)).map(({ card }) => card.name));
  const pullable = new Set((await readCatalogue()).map(({ name }) => name));
  const isMissing = (name: string) => !known.has(name) && pullable.has(name);
  const missing = [...names].filter(isMissing);
  if (missing.length === 0) return;
  // Alone it may not be needed: pictures without classes have no pairs.
  const wantsPairs = (options.metrics ?? []).some((id) => {
    const metric = findMetric(id);
    return metric && (readsLpips(metric) || isOfPaths(metric));
  });
  if (wantsPairs && !names.has(LPIPS_NETWORK) && isMissing(LPIPS_NETWORK)) missing.push(LPIPS_NETWORK);
  const [are, them] = missing.length === 1 ? ['is', 'it'] : ['are', 'them'];
  const commands = missing.map((name) => `"ganeval models pull ${name}"`).join(' and ');
  throw new NetworkError(
    `${missing.join(', ')} ${are} not in the store yet: fetch ${them} with ${commands}.`,
  );
}
