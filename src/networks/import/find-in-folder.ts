import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { NetworkError } from '../../core/errors.js';
import type { Architecture } from '../architectures/architecture.js';
import { OPEN_CLIP_CONFIG } from '../hugging-face/open-clip.js';
import { readHuggingFaceFacts } from '../hugging-face/read-facts.js';
import { readJson } from '../hugging-face/read-json.js';
import { isTimm } from '../hugging-face/timm.js';
import {
  KNOWN_MODELS,
  readArchitecture,
  readArchitectureNames,
} from '../hugging-face/transformers/read-architecture.js';

/** The network of a folder as Hugging Face has it. */
export interface FoundInFolder {
  /** Its file. */
  readonly file: string;
  /** What it may be called: after the folder, in small letters. */
  readonly name: string;
  /** What its weights belong to, by its config.json; absent for an .onnx file, and where only the tensors tell it. */
  readonly architecture?: Architecture;
  /** What a person should know of how it is fed, as a sentence. */
  readonly note?: string;
}

/** Where a repository has its ONNX network, the likeliest first. */
const PLACES = ['model.onnx', 'onnx/model.onnx'];
/** Where transformers keeps weights that need no Python to be read. */
const READABLE = ['model.safetensors', 'model.safetensors.index.json'];
/** Where open_clip does. */
const OPEN_CLIP_WEIGHTS = ['open_clip_model.safetensors', 'model.safetensors'];
/** Weights that are no network without the code of their architecture. */
const WEIGHTS = /^(model|pytorch_model|open_clip_model)\b.*\.(safetensors|bin|index\.json)$/;
/** Folders hold a few files; more are none of a network. */
const MAX_LISTED = 10_000;

/**
 * Finds the network of a folder, or that of weights with transformers' config.json beside them.
 *
 * @param path of a file or folder
 * @returns undefined if it is another file
 * @throws {NetworkError} if the folder has no network, or several
 */
export async function findInFolder(path: string): Promise<FoundInFolder | undefined> {
  if (!(await stat(path).catch(() => undefined))?.isDirectory()) return findBeside(path);
  const name = nameAfter(path);
  const weights = await firstFile(path, READABLE);
  const architecture = weights && (await readTransformers(path, weights));
  if (architecture) return { file: weights, name, architecture };
  if (weights && isTimm(await readJson(join(path, 'config.json')))) {
    const note = `The weights of ${path} are told by their tensors and fed as the architecture's card says, not as timm's config.json does.`;
    return { file: weights, name, note };
  }
  const network = await firstFile(path, PLACES);
  if (network) return { file: network, name };
  const ofOpenClip = await firstFile(path, OPEN_CLIP_WEIGHTS);
  if (ofOpenClip && (await readJson(join(path, OPEN_CLIP_CONFIG))) !== undefined) {
    const note = `The weights of ${path} are told by their tensors and fed as the architecture's card says, not as ${OPEN_CLIP_CONFIG} does.`;
    return { file: ofOpenClip, name, note };
  }
  const files = (await readdir(path)).slice(0, MAX_LISTED);
  const networks = files.filter((file) => extname(file).toLowerCase() === '.onnx');
  if (networks.length === 1) return { file: join(path, networks[0]), name };
  if (networks.length > 1) {
    throw new NetworkError(
      `${path} has ${networks.length} networks (${networks.slice(0, 3).join(', ')}): name the file of one.`,
    );
  }
  throw await explainNone(
    path,
    files.find((file) => WEIGHTS.test(file)),
  );
}

async function findBeside(file: string): Promise<FoundInFolder | undefined> {
  if (!READABLE.includes(basename(file))) return undefined;
  const folder = dirname(resolve(file));
  const architecture = await readTransformers(folder, file);
  return architecture && { file, name: nameAfter(folder), architecture };
}

async function firstFile(folder: string, places: readonly string[]): Promise<string | undefined> {
  for (const place of places) {
    const file = join(folder, place);
    if ((await stat(file).catch(() => undefined))?.isFile()) return file;
  }
  return undefined;
}

async function readTransformers(folder: string, weights: string): Promise<Architecture | undefined> {
  const file = join(folder, 'config.json');
  const config = await readJson(file);
  if (!readArchitectureNames(config)?.some((each) => KNOWN_MODELS.includes(each))) return undefined;
  return readArchitecture(config, await readHuggingFaceFacts(weights), file);
}

async function explainNone(path: string, weights: string | undefined): Promise<NetworkError> {
  if (weights === undefined) {
    return new NetworkError(
      `${path} has neither model.onnx nor onnx/model.onnx: name the file of a network.`,
    );
  }
  const names = readArchitectureNames(await readJson(join(path, 'config.json')));
  const said = names ? `of ${names.join(', ').slice(0, 80)}` : 'of an architecture that no config.json names';
  return new NetworkError(
    `${path} has weights (${weights}) ${said}, and ${KNOWN_MODELS.join(', ')} are known here, as model.safetensors: export it to onnx/model.onnx.`,
  );
}

function nameAfter(folder: string): string {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-');
  return name.replace(/^[.-]+/, '').slice(0, 100) || 'network';
}
