import { createHash } from 'node:crypto';
import { basename, dirname, extname, join } from 'node:path';
import { NetworkError } from '../core/errors.js';
import { keepMade } from '../core/lease.js';
import { describeModel, type ModelFile, parseModel } from '../onnx/model-file.js';
import { markOfFile } from '../storage/file-mark.js';
import { readWhole, whyUnread } from '../storage/read-whole.js';
import type { NetworkCard } from './cards/card.js';
import type { NetworkClasses } from './cards/class-columns.js';
import { readCard } from './cards/read-card.js';
import { readCatalogue } from './catalogue.js';
import { explainMissingOutputs } from './explain-outputs.js';
import { fitNetwork } from './fit-network.js';
import type { HuggingFaceFacts } from './hugging-face/facts.js';
import { readHuggingFaceFacts } from './hugging-face/read-facts.js';
import { type KnownNetwork, listKnownNetworks } from './known-networks.js';
import type { NetworkOptions } from './network-options.js';
import {
  digestOfBoth,
  MAX_MODEL_BYTES,
  type OutsideWeights,
  takeExternalWeights,
} from './weight-files/external-weights.js';

/** A network that pictures can be run through: its weights are read and fit its card. */
export interface Network extends NetworkClasses {
  /** SHA-256 of the .onnx file, lower-case hex; of the file and its weights, where these are in files beside it. */
  readonly sha256: string;
  /** How it is fed and read, what it is, and what its numbers may be compared with. */
  readonly card: NetworkCard;
  /** Where its .onnx file is. */
  readonly path: string;
  /** Numbers per picture; 0 if the network gives no features. */
  readonly featureWidth: number;
  /** Why it gives no features although another of its outputs may have them, as a sentence. */
  readonly noFeatures?: string;
  /** Changes with the weights and with everything in the card that changes a number. */
  readonly identity: string;
  /** Content of the .onnx file, with its weights but those that stay outside. */
  readonly model: ModelFile;
  /** Large weights that are in files beside the .onnx file; absent if `model` has all of them. */
  readonly outside?: OutsideWeights;
  /** How many pictures it takes at a time, no more and no fewer; absent if any number. */
  readonly batch?: number;
  /** What was guessed of a file without a card, each as a sentence. */
  readonly notes?: readonly string[];
}

/** Who replaces a network more often while it is read has to wait. */
const READ_TRIES = 5;

/**
 * Opens a network that comes with the package or is in the store by its name, or any ONNX file by its path.
 *
 * A file needs a card beside it (`x.json` for `x.onnx`), Hugging Face's `preprocessor_config.json`, or options that say the same; options
 * win. Weights in other files are read if these are in its folder.
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
  const { named, path, sha256, ofFile, model, outside } = await readNamed(nameOrFile, modelsDir);
  const written = named?.card ?? (await readCardBeside(path));
  if (written?.sha256 && written.sha256 !== sha256 && written.sha256 !== ofFile) {
    throw new NetworkError(
      `${path} is damaged or not the file of its card (its SHA-256 is ${sha256}, the card says ${written.sha256}): fetch it again.`,
    );
  }
  const facts = written ? {} : await readHuggingFaceFacts(path);
  const { card, batch, notes } = fitNetwork(path, model, written, withFacts(options, facts, model));
  return {
    name: card.name,
    sha256,
    card,
    path,
    featureWidth: card.outputs.features?.width ?? 0,
    logitWidth: card.outputs.logits?.width ?? 0,
    ...explainMissingOutputs(card.name, model, card.outputs),
    classes: card.classes,
    synsets: card.synsets,
    classesNeedMap: card.classesNeedMap,
    classRange: card.classRange,
    identity: identityOf(sha256, card),
    model,
    ...(outside && { outside }),
    ...(batch !== undefined && { batch }),
    ...(notes.length > 0 && { notes }),
  };
}

/**
 * The digest of a network, without a look at how it is fed.
 *
 * @param nameOrFile as in `openNetwork`
 * @returns SHA-256 of its file, and of weights beside it, as results have it
 * @throws {NetworkError} if there is no such network, or its file is damaged
 */
export async function digestOfNetwork(nameOrFile: string, modelsDir?: string): Promise<string> {
  return (await readNamed(nameOrFile, modelsDir)).sha256;
}

interface ReadNetwork {
  /** What is known of its name; undefined for a path. */
  readonly named?: KnownNetwork;
  readonly path: string;
  /** Of the .onnx file. */
  readonly ofFile: string;
  /** Of the file and its weights. */
  readonly sha256: string;
  readonly model: ModelFile;
  readonly outside?: OutsideWeights;
}

/** Reads the files of a network; again, where another process has replaced it in the store between its card and its files. */
async function readNamed(nameOrFile: string, modelsDir: string | undefined): Promise<ReadNetwork> {
  for (let tries = 1; ; tries++) {
    const known = await listKnownNetworks(modelsDir);
    const named = known.find(({ card }) => card.name === nameOrFile);
    const path = named?.path ?? nameOrFile;
    const read = await readFiles(path, nameOrFile, known).catch((error) => error as Error);
    const isSound = !(read instanceof Error) && (named?.card.sha256 ?? read.sha256) === read.sha256;
    if (!isSound && named?.origin === 'store' && tries < READ_TRIES) {
      if (await isReplaced(named, modelsDir)) continue;
    }
    if (read instanceof Error) throw read;
    return { named, path, ...read };
  }
}

/** The model with its weights, and a digest that no byte of them escapes. Of one file it is kept while that stays as it is. */
async function readFiles(path: string, asked: string, known: readonly KnownNetwork[]) {
  return keepMade(`network ${path}`, {
    mark: await markOfFile(path),
    make: () => readAndDigest(path, asked, known),
    mayKeep: ({ isOneFile }) => isOneFile,
  });
}

async function readAndDigest(path: string, asked: string, known: readonly KnownNetwork[]) {
  const bytes = await readFileOrExplain(path, asked, known);
  const ofFile = createHash('sha256').update(bytes).digest('hex');
  const proto = parseModel(bytes, path);
  const external = await takeExternalWeights(path, proto, MAX_MODEL_BYTES - bytes.length);
  if (!external) return { ofFile, sha256: ofFile, model: describeModel(proto, bytes), isOneFile: true };
  const sha256 = digestOfBoth(ofFile, external.sha256);
  return { ofFile, sha256, model: describeModel(proto), outside: external.outside, isOneFile: false };
}

async function isReplaced({ card, path }: KnownNetwork, modelsDir: string | undefined): Promise<boolean> {
  const now = (await listKnownNetworks(modelsDir)).find((each) => each.card.name === card.name);
  return now?.path !== path || now.card.sha256 !== card.sha256;
}

/** What the user says, else what files of Hugging Face beside the network say. Their classes are those of its class scores, if it has them. */
function withFacts(
  options: NetworkOptions,
  { inputSize, resizeTo, fit, middle, classes, ...facts }: HuggingFaceFacts,
  { outputs }: ModelFile,
): NetworkOptions {
  const said = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const sizes = options.inputSize === undefined ? { inputSize, resizeTo, fit, middle } : {};
  const named = options.logitsOutput ?? 'logits';
  const logits =
    outputs.find(({ name }) => name === named) ?? (outputs.length === 1 ? outputs[0] : undefined);
  const fits = classes && logits?.shape.at(-1) === classes.length;
  return { ...facts, ...sizes, ...(fits && { classes }), ...said };
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

async function readFileOrExplain(
  path: string,
  asked: string,
  known: readonly KnownNetwork[],
): Promise<Uint8Array> {
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
    return await readCard(beside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
