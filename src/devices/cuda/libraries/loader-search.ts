import { dirname } from 'node:path';
import type { MachineFiles } from '../machine-files.js';
import type { ElfFacts } from './elf-file.js';
import { parseLoaderCache } from './loader-cache.js';

/** A library that was found, and what it needs. */
export interface FoundLibrary {
  readonly path: string;
  readonly facts: ElfFacts;
}

/** Found, or in the way: the loader stops at a file that is damaged, and goes on after one for another processor. */
export type Lookup = FoundLibrary | { readonly path: string; readonly damage: string };

/** Who asks for a library: its folders of its own are searched, and those of whoever asked for it. */
export interface Requester extends FoundLibrary {
  readonly parent?: Requester;
}

const CACHE = '/etc/ld.so.cache';
const MAX_CACHE_BYTES = 2 ** 26;
/** Of Debian's and Red Hat's families. */
const DEFAULT_FOLDERS = [
  '/lib/x86_64-linux-gnu',
  '/usr/lib/x86_64-linux-gnu',
  '/lib64',
  '/usr/lib64',
  '/lib',
  '/usr/lib',
];

/**
 * Finds libraries as the dynamic loader of glibc does (ld.so(8)): RPATH of those who ask, LD_LIBRARY_PATH, RUNPATH of who asks, the cache,
 * default folders. Folders for processors with more instructions are left out: no library of NVIDIA is there.
 */
export class LoaderSearch {
  readonly #read = new Map<string, Promise<Lookup | undefined>>();
  #cache: Promise<ReadonlyMap<string, readonly string[]>> | undefined;

  constructor(readonly machine: MachineFiles) {}

  /**
   * @param name as `libcublas.so.13`
   * @param requester who asks
   * @returns undefined if the loader does not find it
   */
  async find(name: string, requester: Requester): Promise<Lookup | undefined> {
    for await (const path of this.#places(name, requester)) {
      const lookup = await this.read(path);
      if (lookup && ('damage' in lookup || lookup.facts.isX64)) return lookup;
    }
    return undefined;
  }

  /** A file as a library; undefined where none is. */
  read(path: string): Promise<Lookup | undefined> {
    const known = this.#read.get(path) ?? this.#readNow(path);
    this.#read.set(path, known);
    return known;
  }

  /** Every folder that is searched for who asks, without the cache. */
  folders(requester: Requester): string[] {
    return [
      ...rpaths(requester),
      ...splitFolders(this.machine.environment.LD_LIBRARY_PATH, '/'),
      ...splitFolders(requester.facts.runpath, dirname(requester.path)),
      ...DEFAULT_FOLDERS,
    ];
  }

  /** What the loader's cache knows: paths by name. */
  cached(): Promise<ReadonlyMap<string, readonly string[]>> {
    this.#cache ??= this.machine
      .read(CACHE, MAX_CACHE_BYTES)
      .then((bytes) => parseLoaderCache(bytes ?? Buffer.alloc(0)));
    return this.#cache;
  }

  async *#places(name: string, requester: Requester): AsyncGenerator<string, void, undefined> {
    const folders = this.folders(requester);
    const own = folders.slice(0, -DEFAULT_FOLDERS.length);
    for (const folder of own) yield `${folder}/${name}`;
    yield* (await this.cached()).get(name) ?? [];
    for (const folder of DEFAULT_FOLDERS) yield `${folder}/${name}`;
  }

  async #readNow(path: string): Promise<Lookup | undefined> {
    const facts = await this.machine.readLibrary(path);
    if (facts === undefined) return undefined;
    return typeof facts === 'string' ? { path, damage: facts } : { path, facts };
  }
}

/** RPATHs of who asks and of whoever asked for it; one with a RUNPATH has none. */
function rpaths(requester: Requester): string[] {
  if (requester.facts.runpath !== undefined) return [];
  const folders: string[] = [];
  for (let at: Requester | undefined = requester; at; at = at.parent) {
    if (at.facts.runpath === undefined) folders.push(...splitFolders(at.facts.rpath, dirname(at.path)));
  }
  return folders;
}

/** Folders between colons, with `$ORIGIN` for the folder of the library itself. */
function splitFolders(list: string | undefined, origin: string): string[] {
  return (list ?? '')
    .split(/[:;]/)
    .filter((folder) => folder !== '')
    .map((folder) => withoutLastSlashes(folder.replace(/\$(?:ORIGIN\b|\{ORIGIN\})/g, origin)));
}

/** A regular expression for them takes the square of their number. */
function withoutLastSlashes(folder: string): string {
  let end = folder.length;
  while (end > 1 && folder[end - 1] === '/') end--;
  return folder.slice(0, end);
}
