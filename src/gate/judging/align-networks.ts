import type { ComputedMetric, MetricEntry } from '../../documents/result.js';
import { networkOfId } from '../../metrics/facts.js';
import type { ResultFacts } from './measurement.js';

/** How documents name the networks of `--model`: the first of a run has no name in its entries. */
type NetworkName = string | undefined;

/** What tells a network of a document from the others. */
interface UsedNetwork {
  /** As its entries name it. */
  readonly named: NetworkName;
  /** NAME, or NAME@PROFILE, for the first one too; undefined where the document doesn't say. */
  readonly label?: string;
  readonly extractor?: ComputedMetric['extractor'];
}

/**
 * The same result with its networks named as other results name them, so that entries on one network have one name, whatever the
 * order of `--model` was. A network is the same by its digest and preprocessing, or else by its name and profile. The first network stays the first
 * where neither it nor the others' first one has a partner: the two are compared, and their difference is found there.
 *
 * @param others results that are named alike already; the first of them sets the names
 */
export function alignNetworks<Result extends ResultFacts>(
  others: readonly ResultFacts[],
  result: Result,
): Result {
  const known = others.flatMap(listNetworks);
  const own = listNetworks(result);
  if (!known.some(({ named }) => named !== undefined) && !own.some(({ named }) => named !== undefined))
    return result;
  const names = pairNames(known, own);
  if (own.every(({ named }) => names.get(named) === named)) return result;
  return { ...result, metrics: result.metrics.map((entry) => rename(entry, names)) };
}

/** What each network of a document is called among the others. */
function pairNames(
  known: readonly UsedNetwork[],
  own: readonly UsedNetwork[],
): Map<NetworkName, NetworkName> {
  const names = new Map<NetworkName, NetworkName>();
  const taken = new Set<NetworkName>();
  const pair = (isSame: (one: UsedNetwork, other: UsedNetwork) => boolean) => {
    for (const network of own) {
      if (names.has(network.named)) continue;
      const partner = known.find((other) => !taken.has(other.named) && isSame(network, other));
      if (!partner) continue;
      names.set(network.named, partner.named);
      taken.add(partner.named);
    }
  };
  pair((one, other) => isSameFile(one, other) && one.label === other.label);
  pair(isSameFile);
  pair((one, other) => one.label !== undefined && one.label === other.label);
  for (const { named, label } of own) {
    if (names.has(named)) continue;
    const name = taken.has(named) ? freeName(label ?? 'another network', taken) : named;
    names.set(named, name);
    taken.add(name);
  }
  return names;
}

/** A name that no partner has, for a network that has none. */
function freeName(label: string, taken: ReadonlySet<NetworkName>): string {
  let name = label;
  for (let count = 2; taken.has(name); count++) name = `${label} (${count})`;
  return name;
}

function isSameFile({ extractor: one }: UsedNetwork, { extractor: other }: UsedNetwork): boolean {
  return (
    one !== undefined &&
    other !== undefined &&
    one.sha256 === other.sha256 &&
    one.preprocessing === other.preprocessing
  );
}

/** The networks of a document on which metrics of `--model` stand, the first one first. */
function listNetworks({ metrics, settings }: ResultFacts): UsedNetwork[] {
  const entries = metrics.filter(isOfModel);
  const labels = new Set(entries.flatMap(({ network }) => network ?? []));
  const hasFirst = entries.some(({ network }) => network === undefined);
  const names: NetworkName[] = [...(hasFirst ? [undefined] : []), ...labels];
  return names.map((named) => {
    const computed = entries.find(
      (entry): entry is ComputedMetric =>
        entry.network === named && entry.status === 'ok' && !!entry.extractor,
    );
    const extractor = computed?.extractor;
    return { named, label: named ?? settings.networks?.[0] ?? extractor?.name, extractor };
  });
}

const isOfModel = ({ id }: MetricEntry) => networkOfId(id) === 'model';

function rename<Entry extends MetricEntry>(
  entry: Entry,
  names: ReadonlyMap<NetworkName, NetworkName>,
): Entry {
  if (!isOfModel(entry) || !names.has(entry.network)) return entry;
  const { network: _old, ...rest } = entry;
  const network = names.get(entry.network);
  return { ...rest, ...(network !== undefined && { network }) } as Entry;
}
