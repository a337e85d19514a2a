import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { NetworkError } from '../../core/errors.js';
import { readJson } from '../hugging-face/read-json.js';

/** The network of a folder as Hugging Face has it. */
export interface FoundInFolder {
  /** Its file. */
  readonly file: string;
  /** What it may be called: after the folder, in small letters. */
  readonly name: string;
}

/** Where a repository has its ONNX network, the likeliest first. */
const PLACES = ['model.onnx', 'onnx/model.onnx'];
/** Weights that are no network without the code of their architecture. */
const WEIGHTS = /^(model|pytorch_model|open_clip_model)\b.*\.(safetensors|bin|index\.json)$/;
/** Folders hold a few files; more are none of a network. */
const MAX_LISTED = 10_000;

/**
 * Finds the network of a folder.
 *
 * @param path of a file or folder
 * @returns undefined if it is no folder
 * @throws {NetworkError} if the folder has no network, or several
 */
export async function findInFolder(path: string): Promise<FoundInFolder | undefined> {
  if (!(await stat(path).catch(() => undefined))?.isDirectory()) return undefined;
  const name = nameAfter(path);
  for (const place of PLACES) {
    const file = join(path, place);
    if ((await stat(file).catch(() => undefined))?.isFile()) return { file, name };
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

async function explainNone(path: string, weights: string | undefined): Promise<NetworkError> {
  if (weights === undefined) {
    return new NetworkError(
      `${path} has neither model.onnx nor onnx/model.onnx: name the file of a network.`,
    );
  }
  const architecture = nameArchitecture(await readJson(join(path, 'config.json')));
  return new NetworkError(
    `${path} has weights (${weights}) ${architecture}, and no model.onnx or onnx/model.onnx: export it to ONNX first.`,
  );
}

/** "of Dinov2Model", as its config.json says. */
function nameArchitecture(config: unknown): string {
  const said =
    typeof config === 'object' &&
    config !== null &&
    'architectures' in config &&
    Array.isArray(config.architectures)
      ? config.architectures.filter((each) => typeof each === 'string')
      : [];
  return said.length === 0
    ? 'of an architecture that no config.json names'
    : `of ${said.join(', ').slice(0, 80)}`;
}

function nameAfter(folder: string): string {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-');
  return name.replace(/^[.-]+/, '').slice(0, 100) || 'network';
}
