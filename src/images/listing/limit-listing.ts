import { createHash } from 'node:crypto';
import type { FileListing } from '../file-listing.js';
import type { ImageEntry } from '../image-source.js';

/** How many pictures are drawn of a set, and with which seed. */
export interface Limit {
  readonly limit: number;
  readonly seed: number;
}

const PREFIX_BYTES = 6;

/**
 * A simple random subset of a listing, in its order. A seed draws the same places of a set each time, whatever the pictures are called, and
 * a smaller subset is a part of a larger one.
 *
 * @returns the listing itself where it has no more pictures than the limit
 */
export function limitListing(listing: FileListing, { limit, seed }: Limit): FileListing {
  const { entries, classNames } = listing;
  if (entries.length <= limit) return listing;
  const drawn = drawIndices(entries.length, { limit, seed });
  return {
    ...listing,
    ...dropEmptyClasses(
      Array.from(drawn, (index) => entries[index]),
      classNames,
    ),
    place: (index) => listing.place(drawn[index]),
    drawnFrom: entries.length,
  };
}

/** Those of `count` numbers whose SHA-256 with the seed is smallest, ascending. */
function drawIndices(count: number, { limit, seed }: Limit): Uint32Array {
  const keys = Float64Array.from({ length: count }, (_, index) =>
    createHash('sha256').update(`${seed}:${index}`).digest().readUIntBE(0, PREFIX_BYTES),
  );
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  order.sort((a, b) => keys[a] - keys[b] || a - b);
  return order.subarray(0, limit).sort();
}

/** A class of which nothing was drawn is none of the subset. */
function dropEmptyClasses(
  entries: readonly ImageEntry[],
  classNames: readonly string[] | undefined,
): Pick<FileListing, 'entries' | 'classNames'> {
  if (!classNames) return { entries };
  const used = new Set(entries.map(({ label }) => label));
  const kept = classNames.map((_, label) => label).filter((label) => used.has(label));
  const indexOf = new Map(kept.map((label, index) => [label, index]));
  return {
    entries: entries.map(({ id, label }) => ({ id, label: indexOf.get(label as number) })),
    classNames: kept.map((label) => classNames[label]),
  };
}
