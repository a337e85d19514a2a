import { basename } from 'node:path';
import type { FoundLibrary, LoaderSearch, Lookup, Requester } from './loader-search.js';

/** A library that something needs. */
export interface NeededLibrary {
  readonly name: string;
  /** File name of who needs it. */
  readonly neededBy: string;
  /** Undefined if the loader does not find it. */
  readonly lookup?: Lookup;
}

/** What a library opens while it works, and so does not state. */
export type Openings = (library: FoundLibrary) => readonly string[];

/** No program has so many. */
const MAX_LIBRARIES = 500;

/**
 * Walks from a library to all that it needs, each once and in the loader's order, by breadth.
 *
 * @param search on which machine
 * @param start the library, with who loads it
 * @param loaded names that are in the process already
 * @param openings names that a library opens while it works
 */
export async function walkLibraries(
  search: LoaderSearch,
  start: Requester,
  loaded: ReadonlySet<string>,
  openings: Openings,
): Promise<NeededLibrary[]> {
  const seen = new Set(loaded);
  const found: NeededLibrary[] = [];
  const waiting: Requester[] = [start];
  for (let requester = waiting.shift(); requester; requester = waiting.shift()) {
    for (const name of [...requester.facts.needed, ...openings(requester)]) {
      if (seen.has(name) || found.length >= MAX_LIBRARIES) continue;
      seen.add(name);
      const lookup = await search.find(name, requester);
      found.push({ name, neededBy: basename(requester.path), lookup });
      if (!lookup || 'damage' in lookup) continue;
      if (lookup.facts.soname !== undefined) seen.add(lookup.facts.soname);
      waiting.push({ ...lookup, parent: requester });
    }
  }
  return found;
}
