import { basename } from 'node:path';
import { NetworkError } from '../../core/errors.js';
import { readModel } from '../../onnx/model-file.js';

import { openPth, type PthFile } from '../../pytorch/index.js';
import { buildInceptionV3 } from '../architectures/inception-v3.js';
import type { WeightTensor, WeightTensors } from '../architectures/layers.js';
import type { NetworkCard } from '../cards/card.js';
import { CLASS_COUNTS, makeCard } from '../cards/inception-card.js';
import { type CatalogueEntry, isDigestOf, readCatalogue, type Variant } from '../download/catalogue.js';
import { digestOf } from '../download/download.js';
import { fitNetwork } from '../fit-network.js';
import { listEmbedded } from '../network.js';
import { checkName, modelsFolder, type StoredNetwork, storeNetwork, withNetworkLock } from './store.js';

export interface ImportOptions {
  /** What the network shall be called; by default as the catalogue calls the network of this kind. */
  readonly name?: string;
  /** `auto` tells by the number of classes. */
  readonly arch?: Variant | 'auto';
  readonly modelsDir?: string;
  readonly signal?: AbortSignal;
  readonly onNote?: (note: string) => void;
}

/** How a weight file becomes a network. */
export interface Making {
  open(path: string): Promise<PthFile>;
  build(tensors: WeightTensors, options: { variant: Variant; what: string }): Uint8Array;
}

const MAKING: Making = { open: openPth, build: buildInceptionV3 };

/** Its weights have a row for each class. */
const LAST_LAYER = 'fc.weight';

/**
 * Makes a network of the store from a PyTorch weight file of Inception v3. Nothing in the file is executed.
 * Throws NetworkError if the file is damaged or of another network, StorageError if the store can't be written.
 */
export async function importWeights(
  file: string,
  options: ImportOptions = {},
  making: Making = MAKING,
): Promise<StoredNetwork> {
  const { arch = 'auto', modelsDir, signal, onNote } = options;
  const pth = await making.open(file);
  try {
    const variant = chooseVariant(file, pth, arch);
    const entry = await entryOf(variant);
    const name = options.name ?? entry.name;
    await checkFree(name);
    const onWait = () => onNote?.(`Waiting for another pull or import of ${name}.`);
    return await withNetworkLock(name, { folder: modelsDir, signal, onWait }, async () => {
      const source = { file: basename(file), sha256: await digestOf(file, signal) };
      return makeAndStore({ file, pth, variant, entry, name, source, making }, options);
    });
  } finally {
    await pth.close();
  }
}

/** Imports a file that is known to be the catalogue's; the caller holds the network's lock. */
export async function importPulled(
  file: string,
  entry: CatalogueEntry,
  sha256: string,
  options: Omit<ImportOptions, 'name' | 'arch'>,
  making: Making = MAKING,
): Promise<StoredNetwork> {
  const pth = await making.open(file);
  try {
    const variant = chooseVariant(file, pth, entry.variant);
    const source = { file: entry.weights.file, sha256 };
    return await makeAndStore({ file, pth, variant, entry, name: entry.name, source, making }, options);
  } finally {
    await pth.close();
  }
}

interface Job {
  readonly file: string;
  readonly pth: PthFile;
  readonly variant: Variant;
  readonly entry: CatalogueEntry;
  readonly name: string;
  readonly source: NonNullable<NetworkCard['source']>;
  readonly making: Making;
}

async function makeAndStore(
  { file, pth, variant, entry, name, source, making }: Job,
  { modelsDir, signal, onNote }: ImportOptions,
): Promise<StoredNetwork> {
  const tensors = await readTensors(pth, signal);
  const onnx = making.build((each) => tensors.get(each), { variant, what: file });
  const card = await makeCard({ variant, entry, name, source }, onnx);
  fitNetwork(`the network of ${file}`, readModel(onnx, file), card, {});
  signal?.throwIfAborted();
  if (!isDigestOf(entry.weights, source.sha256)) {
    onNote?.(
      `${file} is not the weight file that the catalogue knows as ${entry.name}: its numbers are comparable with its own alone.`,
    );
  }
  return storeNetwork(card, onnx, modelsFolder(modelsDir));
}

function chooseVariant(file: string, pth: PthFile, arch: Variant | 'auto'): Variant {
  const shape = pth.tensors.get(LAST_LAYER)?.shape;
  const found = (Object.keys(CLASS_COUNTS) as Variant[]).find(
    (variant) => CLASS_COUNTS[variant] === shape?.[0],
  );
  if (!shape || !found || shape.length !== 2) {
    const has = shape ? `${LAST_LAYER} of [${shape.join(', ')}]` : `no ${LAST_LAYER}`;
    throw new NetworkError(
      `${file} has ${has}, so it is neither the Inception v3 of FID (1008 classes) nor torchvision's (1000): give another file`,
    );
  }
  if (arch === 'auto' || arch === found) return found;
  throw new NetworkError(
    `${file} has ${shape[0]} classes, so it is the ${found} network and not the ${arch} one: leave --arch out`,
  );
}

async function entryOf(variant: Variant): Promise<CatalogueEntry> {
  return (await readCatalogue()).find((each) => each.variant === variant) as CatalogueEntry;
}

/** An embedded network would hide one of its name. */
async function checkFree(name: string): Promise<void> {
  checkName(name);
  const embedded = await listEmbedded();
  if (name === 'auto' || embedded.some(({ card }) => card.name === name)) {
    throw new NetworkError(`${name} is taken by ganeval itself: choose another --name`);
  }
}

/** Every tensor that the network has; the auxiliary head and counters are only for training. */
async function readTensors(
  pth: PthFile,
  signal: AbortSignal | undefined,
): Promise<Map<string, WeightTensor>> {
  const tensors = new Map<string, WeightTensor>();
  for (const name of pth.tensors.keys()) {
    if (name.startsWith('AuxLogits.') || name.endsWith('.num_batches_tracked')) continue;
    signal?.throwIfAborted();
    const { shape, data } = await pth.read(name);
    tensors.set(name, { shape, data: data instanceof Float32Array ? data : Float32Array.from(data, Number) });
  }
  return tensors;
}
