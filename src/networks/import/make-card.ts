import type { Architecture } from '../architectures/architecture.js';
import { type NetworkCard, parseCard } from '../cards/card.js';
import { type CatalogueEntry, isDigestOf } from '../catalogue.js';
import type { WrittenModel } from '../store/write-model.js';

/** What a card is made of beside the bytes of its network. */
export interface CardFacts {
  readonly architecture: Architecture;
  /** The catalogue's network of this architecture, if it has one; what it says holds for its own weights alone. */
  readonly entry: (CatalogueEntry & { readonly pin?: string }) | undefined;
  readonly name: string;
  /** The weight file. */
  readonly source: NonNullable<NetworkCard['source']>;
}

/** The card of an imported network. */
export async function makeCard(
  { architecture, entry, name, source }: CardFacts,
  { sha256, weights }: Pick<WrittenModel, 'sha256' | 'weights'>,
): Promise<NetworkCard> {
  const known = entry && isDigestOf(entry.weights, source.sha256) ? entry : undefined;
  const pinned =
    known?.pin === undefined
      ? ''
      : "; the digest of its weights is not the publisher's, who states none, but that of the first download";
  const card: NetworkCard = {
    name,
    sha256,
    ...(weights && { weights }),
    comparableWith:
      (known && `${known.comparableWith}${pinned}`) ??
      `numbers from the same weights (${source.file}, SHA-256 ${source.sha256.slice(0, 12)}…) alone`,
    ...(await architecture.describe()),
    architecture: architecture.description,
    ...(known && { license: known.license }),
    source,
  };
  return parseCard(JSON.stringify(card), `the card of ${name}`);
}
