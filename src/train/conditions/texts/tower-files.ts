import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { NetworkError } from '../../../core/errors.js';

/** Where towers stand in a folder, as Optimum, transformers.js and people write them; the first that is there counts. */
const MODELS: readonly string[] = [
  'onnx/text_model.onnx',
  'text_model.onnx',
  'onnx/model.onnx',
  'model.onnx',
];
const TOKENIZER = 'tokenizer.json';

/** The files of a text tower. */
export interface TowerFiles {
  /** Path of the .onnx file. */
  readonly model: string;
  /** Path of `tokenizer.json`. */
  readonly tokenizer: string;
  /** Folders in which its other files may stand, the nearest first. */
  readonly folders: readonly string[];
}

/**
 * Finds the files of a text tower.
 *
 * @param path of its folder, or of its .onnx file with `tokenizer.json` beside it or one folder up
 * @throws {NetworkError} if there is no tower, or no tokenizer
 */
export async function findTower(path: string): Promise<TowerFiles> {
  const model = await findModel(path);
  const folder = dirname(resolve(model));
  const folders = [folder, dirname(folder)];
  for (const each of folders) {
    const tokenizer = join(each, TOKENIZER);
    if (await isThere(tokenizer)) return { model, tokenizer, folders };
  }
  throw new NetworkError(
    `${model} has no ${TOKENIZER} beside it or one folder up: put there the one of the model that it was exported from.`,
  );
}

async function findModel(path: string): Promise<string> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats) {
    throw new NetworkError(
      `The text tower ${path} does not exist or cannot be read: name its folder or its .onnx file.`,
    );
  }
  if (!stats.isDirectory()) return path;
  for (const name of MODELS) {
    const model = join(path, name);
    if (await isThere(model)) return model;
  }
  throw new NetworkError(
    `The folder ${path} has no text tower (${MODELS.join(', ')}): name its .onnx file, or export it into that folder.`,
  );
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
