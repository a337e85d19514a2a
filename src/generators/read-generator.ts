import { createHash } from 'node:crypto';
import { NetworkError } from '../core/errors.js';
import {
  digestOfBoth,
  MAX_MODEL_BYTES,
  type OutsideWeights,
  takeExternalWeights,
} from '../networks/weight-files/external-weights.js';
import { describeModel, type ModelFile, parseModel } from '../onnx/model-file.js';
import { readWhole, whyUnread } from '../storage/read-whole.js';

/** A generator's file, with its weights. */
export interface GeneratorFile {
  readonly model: ModelFile;
  /** SHA-256 of the file; of the file and its weights, where these are in files beside it. */
  readonly sha256: string;
  /** Weights that stay in files beside it. */
  readonly outside?: OutsideWeights;
}

/**
 * Reads an .onnx file, and weights in files beside it.
 *
 * @throws {NetworkError} if it can't be read, is no ONNX model, or names files outside its folder
 */
export async function readGenerator(path: string): Promise<GeneratorFile> {
  const bytes = await readWhole(path, MAX_MODEL_BYTES).catch((error) => {
    throw new NetworkError(`The generator ${path} cannot be read (${whyUnread(error)}): name an .onnx file.`);
  });
  const ofFile = createHash('sha256').update(bytes).digest('hex');
  const proto = parseModel(bytes, path);
  const external = await takeExternalWeights(path, proto, MAX_MODEL_BYTES - bytes.length);
  if (!external) return { model: describeModel(proto, bytes), sha256: ofFile };
  const { outside } = external;
  return { model: describeModel(proto), sha256: digestOfBoth(ofFile, external.sha256), outside };
}
