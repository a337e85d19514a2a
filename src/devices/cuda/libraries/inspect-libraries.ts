import { dirname } from 'node:path';
import type { MachineFiles } from '../machine-files.js';
import { type NeededLibrary, walkLibraries } from './library-tree.js';
import { cudaOfPackage, findLibraryVersion, type LibraryVersion, majorOf } from './library-version.js';
import { type FoundLibrary, LoaderSearch, type Requester } from './loader-search.js';
import { listUsualFolders } from './usual-folders.js';

/** A file of a library. */
export interface LibraryPlace extends LibraryVersion {
  readonly path: string;
}

/** A library that CUDA needs, and what there is of it. */
export interface LibraryFinding {
  readonly name: string;
  /** File name of who needs it. */
  readonly neededBy: string;
  /** Major version that is needed: "13" of libcublas.so.13. */
  readonly neededVersion?: string;
  /** `found` by the loader; `unseen`: here, where the loader does not look; `damaged`: found, and it can't be loaded. */
  readonly state: 'found' | 'unseen' | 'damaged' | 'missing';
  /** Where it is. */
  readonly place?: LibraryPlace;
  /** Another version of it, where the right one is missing. */
  readonly other?: LibraryPlace & { readonly name: string };
  /** What is wrong with the file, as a predicate: "is cut short". */
  readonly damage?: string;
}

/** Loaded by name when a network has a layer for it (onnxruntime, cudnn_loader.cc), and not needed to start. */
const CUDNN = 'libcudnn.so.9';
/** What cuDNN 9 opens itself. */
const CUDNN_PARTS = [
  'libcudnn_graph.so.9',
  'libcudnn_ops.so.9',
  'libcudnn_cnn.so.9',
  'libcudnn_adv.so.9',
  'libcudnn_heuristic.so.9',
  'libcudnn_engines_precompiled.so.9',
  'libcudnn_engines_runtime_compiled.so.9',
];
/** What is NVIDIA's; other libraries are mentioned only where they lack. */
const NVIDIA = /^lib(cu|nv)[A-Za-z_]*\.so/;
/** Each round finds what those of the round before need. */
const ROUNDS = 4;

/** What a machine has of the libraries that a provider needs. */
export class LibraryInspector {
  /** @param cuda major version that the provider is built for */
  constructor(
    readonly machine: MachineFiles,
    readonly cuda: string | undefined,
  ) {}

  /**
   * Looks for everything that the provider needs; what the loader does not find is looked for in the usual folders.
   *
   * @param provider the library
   * @param runtimePath of the library that loads it
   * @returns a finding for each library of NVIDIA and for each that lacks, and what LD_LIBRARY_PATH needs in front
   */
  async inspect(
    provider: FoundLibrary,
    runtimePath: string,
  ): Promise<{ readonly libraries: LibraryFinding[]; readonly libraryPath?: string }> {
    const runtime = await this.machine.readLibrary(runtimePath);
    const facts =
      runtime === undefined || typeof runtime === 'string' ? { isX64: true, needed: [] } : runtime;
    const start: Requester = { ...provider, parent: { path: runtimePath, facts } };
    const loaded = new Set(facts.needed);
    const folders = await listUsualFolders(this.machine);
    const added: string[] = [];
    const unseen = new Map<string, LibraryPlace>();
    let walked = await this.#walk(start, loaded, added);
    const seen = new Set(walked.flatMap(({ name, lookup }) => (lookup ? [name] : [])));
    for (let round = 0; round < ROUNDS; round++) {
      const before = added.length;
      for (const { name } of walked.filter(({ lookup }) => !lookup)) {
        const place = await this.#findUnseen(name, folders);
        if (!place) continue;
        unseen.set(name, place);
        if (!added.includes(dirname(place.path))) added.push(dirname(place.path));
      }
      if (added.length === before) break;
      walked = await this.#walk(start, loaded, added);
    }
    const libraries: LibraryFinding[] = [];
    for (const one of walked) {
      if (NVIDIA.test(one.name) || !one.lookup || 'damage' in one.lookup) {
        libraries.push(await this.#describe(one, seen.has(one.name), { start, folders }));
      }
    }
    return { libraries, ...(added.length > 0 && { libraryPath: added.join(':') }) };
  }

  #walk(start: Requester, loaded: ReadonlySet<string>, added: readonly string[]): Promise<NeededLibrary[]> {
    const { LD_LIBRARY_PATH: own } = this.machine.environment;
    const path = [...added, ...(own ? [own] : [])].join(':');
    const search = new LoaderSearch(this.machine.with({ LD_LIBRARY_PATH: path }));
    return walkLibraries(search, start, loaded, (library) => {
      if (library.path === start.path) return [CUDNN];
      return library.path.endsWith(`/${CUDNN}`) ? CUDNN_PARTS : [];
    });
  }

  /** The first of the usual folders that has the library, for the CUDA that is needed. */
  async #findUnseen(name: string, folders: readonly string[]): Promise<LibraryPlace | undefined> {
    for (const folder of folders) {
      const path = `${folder}/${name}`;
      const facts = await this.machine.readLibrary(path);
      if (facts === undefined || typeof facts === 'string' || !facts.isX64) continue;
      const version = await findLibraryVersion(this.machine, path);
      if (!this.#isForOther(version)) return { path, ...version };
    }
    return undefined;
  }

  #isForOther({ package: name }: LibraryVersion): boolean {
    const cuda = cudaOfPackage(name);
    return cuda !== undefined && this.cuda !== undefined && cuda !== this.cuda;
  }

  async #describe(
    { name, neededBy, lookup }: NeededLibrary,
    isSeen: boolean,
    { start, folders }: { readonly start: Requester; readonly folders: readonly string[] },
  ): Promise<LibraryFinding> {
    const finding = { name, neededBy, neededVersion: majorOf(name) };
    if (!lookup) return { ...finding, state: 'missing', other: await this.#findOther(name, start, folders) };
    const version = await findLibraryVersion(this.machine, lookup.path);
    const place = { path: lookup.path, ...version };
    if ('damage' in lookup) return { ...finding, state: 'damaged', place, damage: lookup.damage };
    if (this.#isForOther(version)) {
      const damage = `is of ${version.package}, for CUDA ${cudaOfPackage(version.package)}`;
      return { ...finding, state: 'damaged', place, damage };
    }
    return { ...finding, state: isSeen ? 'found' : 'unseen', place };
  }

  /** The same library in another version, wherever it is looked for. */
  async #findOther(
    name: string,
    start: Requester,
    folders: readonly string[],
  ): Promise<LibraryFinding['other']> {
    const stem = /^.*?\.so/.exec(name)?.[0];
    if (stem === undefined) return undefined;
    const isOther = (candidate: string) =>
      candidate !== name &&
      candidate.startsWith(`${stem}.`) &&
      /^\d+$/.test(candidate.slice(stem.length + 1));
    const search = new LoaderSearch(this.machine);
    for (const [other, [path]] of await search.cached()) {
      if (isOther(other)) return { name: other, path, ...(await findLibraryVersion(this.machine, path)) };
    }
    for (const folder of [...search.folders(start), ...folders]) {
      const other = (await this.machine.list(folder)).find(isOther);
      if (other === undefined) continue;
      const path = `${folder}/${other}`;
      return { name: other, path, ...(await findLibraryVersion(this.machine, path)) };
    }
    return undefined;
  }
}
