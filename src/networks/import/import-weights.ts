import { createHash } from 'node:crypto';
import { basename, extname } from 'node:path';
import { NetworkError, UsageError } from '../../core/errors.js';
import type { GraphBuilder } from '../../onnx/graph.js';
import { describeModel, parseModel } from '../../onnx/model-file.js';
import { openPth, type PthFile } from '../../pytorch/index.js';
import { digestFile } from '../../storage/digest-file.js';
import type { Architecture, TensorShapes } from '../architectures/architecture.js';
import { ARCHITECTURE_NAMES, type ArchitectureName, loadArchitecture } from '../architectures/index.js';
import type { UnreadTensor, WeightTensors } from '../architectures/weights.js';
import type { NetworkCard } from '../cards/card.js';
import { type CatalogueEntry, isDigestOf, isUnpinned, readCatalogue } from '../catalogue.js';
import { withPin } from '../download/pins.js';
import { fitNetwork } from '../fit-network.js';
import type { NetworkOptions } from '../network-options.js';
import { type RequireLock, type StoredNetwork, withNetworkLock } from '../store/store.js';
import { storeModel } from '../store/store-model.js';
import { checkDerived, checkFree, refuseFeeding } from './check-request.js';
import { describeFound } from './describe-found.js';
import { findInFolder } from './find-in-folder.js';
import { type FoundWeights, findWeights } from './find-weights.js';
import { importNetwork } from './import-network.js';
import { makeCard } from './make-card.js';

/** How a weight file is imported. */
export interface ImportOptions {
  /** What the network shall be called. @default what the catalogue calls a network of this architecture */
  readonly name?: string;
  /** `auto` recognizes it by the names and shapes of the tensors. @default 'auto' */
  readonly arch?: ArchitectureName | 'auto';
  /** How an .onnx file is fed and read, where no card beside it says it. */
  readonly network?: NetworkOptions;
  /** Folder of the store. @default the system's place for data of programs */
  readonly modelsDir?: string;
  /** Ends the import with its reason; nothing incomplete is left in the store. */
  readonly signal?: AbortSignal;
  /** Notes of one sentence for a person. */
  readonly onNote?: (note: string) => void;
}

/** How a weight file becomes a network. */
export interface Making {
  open(path: string): Promise<PthFile>;
  build(architecture: Architecture, tensors: WeightTensors, what: string): GraphBuilder;
  /** Weights of more bytes go into a file of their own. */
  readonly maxInFile?: number;
}

const MAKING: Making = {
  open: openPth,
  build: (architecture, tensors, what) => architecture.build(tensors, what),
};

/**
 * Makes a network of the store from a PyTorch weight file, or from an ONNX file with its weights in it or beside it. Nothing in the file is
 * executed.
 *
 * @param path of a `.pth` or `.onnx` file, or of a folder as Hugging Face has it, with a `model.onnx` or `onnx/model.onnx`
 * @param options its name and architecture, the folder of the store, and hooks
 * @param making how the file is read and the network is built; tests replace it
 * @returns the card of the network, the path of its .onnx file, and bytes
 * @throws {NetworkError} if the file is damaged, of no known architecture or of another one, if the name can't be used, or if a name that a
 * folder gives is taken
 * @throws {UsageError} for options that are not for this kind of file
 * @throws {StorageError} if the store can't be written
 * @throws the reason of `options.signal`, if it is aborted
 * @example
 * const { card } = await importWeights('weights.pth', { name: 'mine' });
 */
export async function importWeights(
  path: string,
  options: ImportOptions = {},
  making: Making = MAKING,
): Promise<StoredNetwork> {
  const found = await findInFolder(path);
  if (!found) return importFile(path, options, making);
  if (options.name === undefined) await checkDerived(found.name, path, options.modelsDir);
  const named = { ...options, name: options.name ?? found.name };
  if (found.architecture && options.arch !== undefined && options.arch !== 'auto') {
    throw new UsageError(
      `The config.json of ${path} says that its weights are of ${found.architecture.name}: leave --arch out.`,
    );
  }
  if (found.note !== undefined) options.onNote?.(found.note);
  return importFile(found.file, named, making, found.architecture);
}

async function importFile(
  file: string,
  options: ImportOptions,
  making: Making,
  told?: Architecture,
): Promise<StoredNetwork> {
  const { arch = 'auto', modelsDir, signal, onNote } = options;
  if (extname(file).toLowerCase() === '.onnx') {
    const name = options.name ?? basename(file, extname(file));
    await checkFree(name);
    if (arch !== 'auto') {
      throw new UsageError(`${file} is a network, and --arch is for weights without one: leave --arch out.`);
    }
    return importNetwork(file, name, options, making.maxInFile);
  }
  refuseFeeding(file, options.network);
  const pth = await making.open(file);
  try {
    const found = told ? findWeights(file, shapesIn(pth), [told]) : await recognize(file, pth, arch);
    const { architecture } = found;
    const stated = (await readCatalogue()).find((each) => each.architecture === architecture.name);
    const entry = stated && (await withPin(stated, modelsDir));
    const name = options.name ?? entry?.name ?? architecture.name;
    await checkFree(name);
    const onWait = () => onNote?.(`Waiting for another pull or import of ${name}.`);
    return await withNetworkLock(name, { folder: modelsDir, signal, onWait }, async (requireLock) => {
      const source = { file: basename(file), sha256: await digestWeights(file, pth, signal) };
      return makeAndStore({ file, pth, found, entry, name, source, making, requireLock }, options);
    });
  } finally {
    await pth.close();
  }
}

/** SHA-256 of a file of weights; of an index, with the digests of the files that it names. */
async function digestWeights(
  file: string,
  { shards = [] }: PthFile,
  signal: AbortSignal | undefined,
): Promise<string> {
  const own = await digestFile(file, signal);
  if (shards.length === 0) return own;
  const hash = createHash('sha256').update(own);
  for (const shard of shards) hash.update(` ${await digestFile(shard, signal)}`);
  return hash.digest('hex');
}

/** A file that is known to be the catalogue's. */
export interface PulledFile {
  readonly file: string;
  readonly entry: CatalogueEntry & { readonly pin?: string };
  /** Of the file, lower-case hex. */
  readonly sha256: string;
  /** Throws if the lock of the network is lost. */
  readonly requireLock: RequireLock;
}

/** Imports a file that is known to be the catalogue's; the caller holds the network's lock. */
export async function importPulled(
  { file, entry, sha256, requireLock }: PulledFile,
  options: Omit<ImportOptions, 'name' | 'arch'>,
  making: Making = MAKING,
): Promise<StoredNetwork> {
  const pth = await making.open(file);
  try {
    const found = await recognize(file, pth, entry.architecture);
    const source = { file: entry.weights.file, sha256 };
    return await makeAndStore(
      { file, pth, found, entry, name: entry.name, source, making, requireLock },
      options,
    );
  } finally {
    await pth.close();
  }
}

interface Job {
  readonly file: string;
  readonly pth: PthFile;
  readonly found: FoundWeights;
  readonly entry: (CatalogueEntry & { readonly pin?: string }) | undefined;
  readonly name: string;
  readonly source: NonNullable<NetworkCard['source']>;
  readonly making: Making;
  readonly requireLock: RequireLock;
}

async function makeAndStore(
  { file, pth, found, entry, name, source, making, requireLock }: Job,
  { modelsDir, signal, onNote }: ImportOptions,
): Promise<StoredNetwork> {
  const { architecture } = found;
  const tensors = listTensors(pth, found, signal);
  const used = new Set<string>();
  const take = (each: string) => {
    used.add(each);
    return tensors.get(each);
  };
  const graph = making.build(architecture, take, file);
  const unused = [...tensors.keys()].filter((each) => !used.has(each));
  for (const note of describeFound(file, pth, found, unused)) onNote?.(note);
  return storeModel(
    graph,
    { name, modelsDir, requireLock, signal, maxInFile: making.maxInFile },
    async (model) => {
      // All of its tensors are read now, and they must be those of the digest.
      await pth.checkUnchanged();
      const card = await makeCard({ architecture, entry, name, source }, model);
      const purpose = card.outputs.distances ? 'pairs' : 'model';
      const content = describeModel(parseModel(model.onnx, file), model.onnx);
      fitNetwork(`the network of ${file}`, content, card, { purpose });
      if (entry && !isDigestOf(entry.weights, source.sha256)) {
        const why = isUnpinned(entry.weights)
          ? `may be the weight file of ${entry.name}, whose publisher states no digest`
          : `is not the weight file that the catalogue knows as ${entry.name}`;
        onNote?.(`${file} ${why}: its numbers are comparable with its own alone.`);
      }
      const doubt = doubtActivation(file, architecture.name, entry, source.sha256);
      if (doubt !== undefined) onNote?.(doubt);
      return card;
    },
  );
}

/** CLIP's tensors tell nothing of its activation, and others' files have the same ones. */
function doubtActivation(
  file: string,
  architecture: string,
  entry: CatalogueEntry | undefined,
  sha256: string,
): string | undefined {
  if (!architecture.startsWith('clip-vit-') || (entry && isDigestOf(entry.weights, sha256))) return undefined;
  return `${file} is taken for a CLIP of OpenAI's kind, with QuickGELU, which its tensors do not tell: weights that open_clip trained with GELU (LAION's, DataComp's) need --arch open-${architecture}.`;
}

/**
 * The network in a weight file.
 *
 * @throws {NetworkError} if it is none that is known, or another than `arch`
 */
async function recognize(file: string, pth: PthFile, arch: ArchitectureName | 'auto'): Promise<FoundWeights> {
  const all = await Promise.all(ARCHITECTURE_NAMES.map(loadArchitecture));
  const named = all.find(({ name }) => name === arch);
  const meant = named?.onlyByName ? [named] : all.filter(({ onlyByName }) => !onlyByName);
  const found = findWeights(file, shapesIn(pth), meant, named);
  const { name } = found.architecture;
  if (arch === 'auto' || arch === name) return found;
  throw new NetworkError(`${file} has the weights of ${name}, not of ${arch}: leave --arch out.`);
}

function shapesIn({ tensors }: PthFile): TensorShapes {
  return new Map([...tensors].map(([name, { shape }]) => [name, shape]));
}

/** The network's tensors, each of which is read when the model is written. */
function listTensors(
  pth: PthFile,
  { architecture, names }: FoundWeights,
  signal: AbortSignal | undefined,
): Map<string, UnreadTensor> {
  const tensors = new Map<string, UnreadTensor>();
  for (const [name, inFile] of names) {
    const facts = pth.tensors.get(inFile);
    if (!facts || architecture.isForTraining(name)) continue;
    const load = async () => {
      signal?.throwIfAborted();
      const { data } = await pth.read(inFile);
      return data instanceof Float32Array ? data : Float32Array.from(data, Number);
    };
    tensors.set(name, { shape: facts.shape, data: load });
  }
  return tensors;
}
