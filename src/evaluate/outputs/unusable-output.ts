import type { ImageSet } from '../../documents/result.js';
import type { BadRow } from '../../features/bad-pictures.js';
import type { Extraction } from '../../features/extract.js';
import type { UnusableOutput } from '../../metrics/subject.js';
import type { Network } from '../../networks/network.js';
import type { Pass, SetPlan } from '../plan.js';

/** Pictures that a sentence names. */
const NAMED = 3;
/** Pictures that a document names. */
const MAX_LISTED = 1000;

/** A network that gave, for some pictures, what no metric can take. */
export interface UnusableNetwork {
  readonly network: Network;
  /** Whether it computes at a reduced precision, which may be the cause. */
  readonly isReduced: boolean;
  /** Ascending, each picture once. */
  readonly pictures: readonly BadRow[];
}

/** The networks of a set's passes that gave what no metric can take. */
export function findUnusable(extractions: ReadonlyMap<Pass, Extraction>): UnusableNetwork[] {
  const found = new Map<string, { network: Network; isReduced: boolean; pictures: Map<number, BadRow> }>();
  for (const [{ network, resolution, exact }, { unusable }] of extractions) {
    if (unusable.length === 0) continue;
    const known = found.get(network.identity);
    const pictures = known?.pictures ?? new Map<number, BadRow>();
    const isReduced = known?.isReduced || exact !== undefined;
    found.set(network.identity, { network, isReduced, pictures });
    const where = resolution === 'full' ? '' : ` at ${resolution}×${resolution}`;
    for (const { index, reason } of unusable) {
      if (!pictures.has(index)) pictures.set(index, { index, reason: reason + where });
    }
  }
  return [...found.values()].map(({ network, isReduced, pictures }) => ({
    network,
    isReduced,
    pictures: [...pictures.values()].sort((a, b) => a.index - b.index),
  }));
}

/** Pictures to leave out, with what the network gave for each as the reason. */
export function listUnusablePictures(networks: readonly UnusableNetwork[]): BadRow[] {
  const all = new Map<number, BadRow>();
  for (const { network, pictures } of networks) {
    for (const { index, reason } of pictures) {
      if (!all.has(index))
        all.set(index, { index, reason: `cannot be used: ${network.name} ${reason} for it` });
    }
  }
  return [...all.values()].sort((a, b) => a.index - b.index);
}

/** A network for which pictures are left out of the numbers of all others too. */
export interface LeftOutFor {
  readonly network: string;
  readonly pictures: number;
}

/** Those networks; none where a set runs through one. */
export function describeLeftOut(
  extractions: ReadonlyMap<Pass, Extraction>,
  unusable: readonly UnusableNetwork[],
): LeftOutFor[] {
  const all = new Set([...extractions.keys()].map(({ network }) => network.identity));
  if (all.size < 2) return [];
  return unusable.map(({ network, pictures }) => ({ network: network.name, pictures: pictures.length }));
}

/** What a result says of such networks. */
export function describeUnusable(
  { set }: SetPlan,
  networks: readonly UnusableNetwork[],
): NonNullable<ImageSet['unusable']> {
  const idOf = (index: number) => set.source.entries[index].id;
  return networks.map((unusable) => ({
    network: unusable.network.name,
    reason: explain(set.source.name, unusable, idOf),
    pictures: unusable.pictures
      .slice(0, MAX_LISTED)
      .map(({ index, reason }) => ({ id: idOf(index), reason })),
  }));
}

function explain(
  source: string,
  { network, isReduced, pictures }: UnusableNetwork,
  idOf: (index: number) => string,
): string {
  const named = pictures.slice(0, NAMED).map(({ index }) => JSON.stringify(idOf(index)));
  if (pictures.length > NAMED) named.push(`and ${pictures.length - NAMED} more`);
  const count = pictures.length === 1 ? 'one picture' : `${pictures.length} pictures`;
  return `The network ${network.name} ${pictures[0].reason} for ${count} of ${source} (${named.join(', ')}): ${isReduced ? 'leave --precision out, ' : ''}remove them, pass --on-bad-image skip, or choose another network.`;
}

/** The same for the metrics, which then lack what those networks give. */
export function unusableOutput(
  { model, classifier }: Pick<SetPlan, 'model' | 'classifier'>,
  networks: readonly UnusableNetwork[],
  described: NonNullable<ImageSet['unusable']>,
): UnusableOutput {
  const reasonOf = (wanted: Network | undefined) =>
    described[networks.findIndex(({ network }) => network.identity === wanted?.identity)]?.reason;
  return { model: reasonOf(model), classifier: reasonOf(classifier) };
}
