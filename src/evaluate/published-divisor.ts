import { isDeepStrictEqual } from 'node:util';
import type { DivisorSet } from '../core/divisor-sets.js';
import { PUBLISHED_DIVISORS, type PublishedDivisor } from '../metrics/frechet/published-divisors.js';
import type { NetworkCard } from '../networks/cards/card.js';
import { NORMALIZATIONS } from '../networks/preprocessing/normalizations.js';
import { PROFILES } from '../networks/preprocessing/profiles.js';
import { FDR_FEEDING } from '../networks/preprocessing/tool-feedings.js';

const OTHERWISE =
  'The published divisor is of pictures that reach the network as under --profile fdr, and these did not: pass --profile fdr.';

/** The pictures of the sets, by height and width in pixels. */
export const DIVISOR_SIDES: Readonly<Record<DivisorSet, number>> = { 'imagenet-256': 256 };

/**
 * The published distance of real pictures for the network of a run, with what keeps it from being exactly that of ours.
 *
 * @param card of the network, as the run feeds it; undefined for features of a file
 * @returns null if none is published for it
 */
export function findPublishedDivisor(
  set: DivisorSet,
  card: NetworkCard | undefined,
): PublishedDivisor | null {
  const found = Object.entries(PUBLISHED_DIVISORS[set]).find(([name]) => name === card?.name)?.[1];
  if (!found || !card) return null;
  if ('refusal' in found || isFedByFdr(card)) return found;
  return { ...found, differences: [...(found.differences ?? []), OTHERWISE] };
}

function isFedByFdr({ name, input }: NetworkCard): boolean {
  const { resize, normalize, fit = 'stretch', resizeTo = input.size } = input;
  const wanted =
    name === 'inception-v3' ? PROFILES.fdr.inception : { ...FDR_FEEDING, normalize: NORMALIZATIONS.imagenet };
  return fit === 'stretch' && resizeTo === input.size && isDeepStrictEqual({ resize, normalize }, wanted);
}
