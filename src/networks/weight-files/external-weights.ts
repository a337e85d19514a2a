import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { NetworkError } from '../../core/errors.js';
import { type ExternalTensor, embedTensor, listExternalTensors } from '../../onnx/external-tensors.js';
import type { ModelContent } from '../../onnx/model-file.js';
import { placeOutside } from '../../onnx/outside-tensors.js';
import { isInside, type SeenFile, WeightFiles } from './weight-files.js';

/** Weights that stay in files beside a model, from where the runtime maps them into memory. */
export interface OutsideWeights {
  /** What the locations in the model are relative to. */
  readonly folder: string;
  /** The files, as they were when their digest was made. */
  readonly files: readonly SeenFile[];
}

/** What a model keeps in other files. */
export interface ExternalWeights {
  /** Of all that was read and where it belongs, lower-case hex. */
  readonly sha256: string;
  /** What was left where it is; absent if the model holds all of it now. */
  readonly outside?: OutsideWeights;
}

/** ONNX allows no more in one file. */
export const MAX_MODEL_BYTES = 2 ** 31 - 1;
/** Smaller tensors are put into the model. */
const LEAST_OUTSIDE_BYTES = 1024 * 1024;

/**
 * Reads the weights that a model keeps in files beside it, as PyTorch exports networks since 2.9: makes a digest of all of them, and puts the
 * small ones into the model. Large ones stay where they are, and no more than a part of one is in memory. Only regular files in the
 * model's own folder are read, and of these only the bytes that the shapes of the weights need.
 *
 * @param path of the .onnx file
 * @param model its content, which is changed
 * @param maxBytes most that may be put into it
 * @param leastOutside bytes of a tensor from which on it stays outside; Infinity puts all into the model. @default 1 MiB
 * @returns undefined if nothing is in other files
 * @throws {NetworkError} for a file outside the folder, one that can't be read or is too short, one of which tensors take the same bytes over
 *   and over, and for too many bytes
 */
export async function takeExternalWeights(
  path: string,
  model: ModelContent,
  maxBytes: number,
  leastOutside: number = LEAST_OUTSIDE_BYTES,
): Promise<ExternalWeights | undefined> {
  const tensors = listExternalTensors(model, path);
  if (tensors.length === 0) return undefined;
  const files = new WeightFiles(path);
  try {
    await checkSharing(path, tensors, files);
    const outside = await chooseOutside(model, tensors, { files, least: leastOutside });
    const inside = tensors.filter(({ tensor }) => !outside?.locations.has(tensor));
    const total = inside.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (total > maxBytes) {
      throw new NetworkError(
        `${path} has ${total} bytes of weights in other files, and ${maxBytes} are the most: give a smaller network.`,
      );
    }
    const hash = createHash('sha256');
    for (const external of tensors) {
      hash.update(headOf(external.tensor.name, external.byteLength));
      const location = outside?.locations.get(external.tensor);
      if (location === undefined) {
        const bytes = await files.read(external);
        hash.update(bytes);
        embedTensor(external.tensor, bytes);
      } else {
        for await (const chunk of files.stream(external)) hash.update(chunk);
        placeOutside(external.tensor, external, location);
      }
    }
    const sha256 = hash.digest('hex');
    return { sha256, ...(outside && { outside: { folder: outside.folder, files: outside.files } }) };
  } finally {
    await files.close();
  }
}

/** What goes before a tensor's bytes into the digest of weights. */
export function headOf(name: string, byteLength: number): string {
  return `${JSON.stringify([name, byteLength])}\n`;
}

/** SHA-256 of an .onnx file and of the weights beside it. */
export function digestOfBoth(ofFile: string, ofWeights: string): string {
  return createHash('sha256').update(`${ofFile} ${ofWeights}`).digest('hex');
}

/**
 * Makes sure that files are what they were when their digest was made.
 *
 * @throws {NetworkError} if one was changed or removed
 */
export async function checkUnchanged({ files }: OutsideWeights): Promise<void> {
  for (const { path, size, mtimeMs, inode } of files) {
    const now = await stat(path).catch(() => undefined);
    if (now?.size === size && now.mtimeMs === mtimeMs && now.ino === inode) continue;
    throw new NetworkError(`${path} was changed or removed while its network was opened: run again.`);
  }
}

/** How many times over a file's bytes may be used by tensors that share them. Tied weights take 2. */
const MAX_SHARING = 4;
/** Small files may be shared more. */
const ALWAYS_ALLOWED_BYTES = 1024 * 1024;

/** Tensors that overlap could otherwise make any number of bytes, or of reads, out of a small file. */
async function checkSharing(
  path: string,
  tensors: readonly ExternalTensor[],
  files: WeightFiles,
): Promise<void> {
  const used = new Map<string, { size: number; bytes: number; most: number }>();
  for (const { location, byteLength } of tensors) {
    const { path: file, size } = await files.look(location);
    const { bytes = 0, most = 0 } = used.get(file) ?? {};
    used.set(file, { size, bytes: bytes + byteLength, most: Math.max(most, byteLength) });
  }
  for (const [file, { size, bytes, most }] of used) {
    // A file that is too short for a tensor is told of where that is read.
    if (most > size || bytes <= MAX_SHARING * size + ALWAYS_ALLOWED_BYTES) continue;
    throw new NetworkError(
      `${path} makes ${bytes} bytes of weights out of ${file}, which has ${size}: export it again.`,
    );
  }
}

interface Chosen extends OutsideWeights {
  /** What the model shall say of each tensor that stays outside. */
  readonly locations: ReadonlyMap<ExternalTensor['tensor'], string>;
}

/** The large weights of the graph itself: the runtime reads no others from files. They must lie in one folder. */
async function chooseOutside(
  { graph }: ModelContent,
  tensors: readonly ExternalTensor[],
  { files, least }: { readonly files: WeightFiles; readonly least: number },
): Promise<Chosen | undefined> {
  const weights = new Set(graph?.initializer ?? []);
  const locations = new Map<ExternalTensor['tensor'], string>();
  const seen = new Map<string, SeenFile>();
  let folder: string | undefined;
  for (const { tensor, location, byteLength } of tensors) {
    if (byteLength < least || !weights.has(tensor)) continue;
    const file = await files.look(location);
    folder ??= dirname(file.path);
    if (!isInside(folder, file.path)) continue;
    locations.set(tensor, relative(folder, file.path));
    seen.set(file.path, file);
  }
  return folder === undefined ? undefined : { folder, files: [...seen.values()], locations };
}
