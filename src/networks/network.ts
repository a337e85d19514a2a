import { createHash } from 'node:crypto';
import { basename, dirname, extname, join } from 'node:path';
import { NetworkError } from '../core/errors.js';
import { type ModelFile, readModel } from '../onnx/model-file.js';

import { readDocument, readWhole, whyUnread } from '../storage/read-whole.js';
import { type NetworkCard, parseCard } from './cards/card.js';
import type { NetworkClasses } from './cards/class-columns.js';
import { readCatalogue } from './catalogue.js';
import { fitNetwork } from './fit-network.js';
import { type KnownNetwork, listKnownNetworks } from './known-networks.js';
import type { NetworkOptions } from './network-options.js';

/** A network that pictures can be run through: its weights are read and fit its card. */
export interface Network extends NetworkClasses {
  /** SHA-256 of the .onnx file, lower-case hex. */
  readonly sha256: string;
  /** How it is fed and read, what it is, and what its numbers may be compared with. */
  readonly card: NetworkCard;
  /** Where its .onnx file is. */
  readonly path: string;
  /** Numbers per picture; 0 if the network gives no features. */
  readonly featureWidth: number;
  /** Changes with the weights and with everything in the card that changes a number. */
  readonly identity: string;
  /** Content of the .onnx file. */
  readonly model: ModelFile;
}

/** ONNX allows no more in one file. */
const MAX_MODEL_BYTES = 2 ** 31 - 1;

/**
 * Opens a network that comes with the package or is in the store by its name, or any ONNX file by its path.
 *
 * A file needs a card beside it (`x.json` for `x.onnx`) or options that say the same; options win over the card.
 *
 * @param nameOrFile name of a known network, or path of an .onnx file
 * @param options how the network is fed and read, where its card does not say it
 * @param modelsDir folder of the store; the system's usual place if it is not given
 * @returns the network with its card, its identity and its bytes; no session is started
 * @throws {NetworkError} if there is no such network, its file is damaged, or its inputs and outputs don't fit
 * @example
 * const network = await openNetwork('mine.onnx', { inputSize: 224, normalize: 'imagenet' });
 */
export async function openNetwork(
  nameOrFile: string,
  options: NetworkOptions = {},
  modelsDir?: string,
): Promise<Network> {
  const known = await listKnownNetworks(modelsDir);
  const named = known.find(({ card }) => card.name === nameOrFile);
  const path = named?.path ?? nameOrFile;
  const bytes = await readWeights(path, nameOrFile, known);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const written = named?.card ?? (await readCardBeside(path));
  if (written?.sha256 && written.sha256 !== sha256) {
    throw new NetworkError(
      `${path} is damaged or not the file of its card (its SHA-256 is ${sha256}, the card says ${written.sha256}): fetch it again.`,
    );
  }
  const model = readModel(bytes, path);
  const card = fitNetwork(path, model, written, options);
  return {
    name: card.name,
    sha256,
    card,
    path,
    featureWidth: card.outputs.features?.width ?? 0,
    logitWidth: card.outputs.logits?.width ?? 0,
    classes: card.classes,
    synsets: card.synsets,
    classesNeedMap: card.classesNeedMap,
    classRange: card.classRange,
    identity: identityOf(sha256, card),
    model,
  };
}

/**
 * Names what makes a network's numbers: weights, input and outputs. Caches and statistics files hold it, so it must not change with the
 * words of a card: the key of the normalization stands in it as the first version of ganeval spelled it.
 */
function identityOf(sha256: string, { input, outputs }: NetworkCard): string {
  const spelled = Object.entries(input).map(([key, value]) => [
    key === 'normalize' ? 'normalise' : key,
    value,
  ]);
  const facts = { sha256, input: Object.fromEntries(spelled), outputs };
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

async function readWeights(path: string, asked: string, known: readonly KnownNetwork[]): Promise<Uint8Array> {
  try {
    return await readWhole(path, MAX_MODEL_BYTES);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new NetworkError(`${path} cannot be read (${whyUnread(error)}): name an .onnx file.`);
    }
    const pullable = (await readCatalogue()).some(({ name }) => name === asked);
    if (pullable)
      throw new NetworkError(
        `${asked} is not in the store yet: fetch it with "ganeval models pull ${asked}".`,
      );
    const names = known.map(({ card }) => card.name).join(', ');
    throw new NetworkError(
      `${asked} is neither a network that comes with ganeval or is in the store (${names}) nor a file: check the name.`,
    );
  }
}

async function readCardBeside(path: string): Promise<NetworkCard | undefined> {
  const beside = join(dirname(path), `${basename(path, extname(path))}.json`);
  try {
    return parseCard(await readDocument(beside), beside);
  } catch (error) {
    if (error instanceof NetworkError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new NetworkError(`${beside} cannot be read (${whyUnread(error)}): check the file.`);
  }
}
