import type { FileListing } from '../file-listing.js';

/**
 * The pictures of some classes of a listing, in its order. Others are never read.
 *
 * @param names of the classes, which get the indices 0, 1, … in this order
 */
export function takeClassesOf(listing: FileListing, names: readonly string[]): FileListing {
  const indices = new Map(names.map((name, index) => [listing.classNames?.indexOf(name), index]));
  const kept = [...listing.entries.keys()].filter((at) => indices.has(listing.entries[at].label));
  return {
    ...listing,
    entries: kept.map((at) => {
      const { id, label } = listing.entries[at];
      return { id, label: indices.get(label) };
    }),
    classNames: names,
    place: (index) => listing.place(kept[index]),
  };
}
