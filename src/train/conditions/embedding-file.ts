import { findFloatType, readFloats } from '../../archives/float-values.js';
import { NpyError, parseAnyNpyHeader, parseNpy, parseNpyHeader } from '../../archives/npy.js';
import { listNpzNames, readNpz } from '../../archives/npz.js';
import { ImagesError } from '../../core/errors.js';
import { readWhole, whyUnread } from '../../storage/read-whole.js';
import { MAX_EMBEDDING } from './condition-form.js';
import { unitOf } from './unit-vector.js';

/** Of a file of embeddings. */
const MAX_BYTES = 2 ** 30;
/** The array of an .npz file that has several. */
const ARRAY = 'embeddings';

/** A row of numbers for each picture, in the order of the pictures' names. */
export interface Embeddings {
  readonly path: string;
  readonly count: number;
  readonly width: number;
  /**
   * The row of a picture, divided by its length: float32 [width].
   *
   * @throws {ImagesError} for a row that is not finite, or all 0
   */
  unitRow(row: number): Float32Array;
}

/**
 * Reads embeddings: float16, float32 or float64 [pictures, width] in an .npy file, or in the array `embeddings` (or the only one) of an .npz file.
 *
 * @throws {ImagesError} if the file can't be read, or holds no such array
 */
export async function readEmbeddings(path: string): Promise<Embeddings> {
  const { shape, data } = await readArray(path);
  const [count, width] = shape;
  if (shape.length !== 2 || count < 1 || width < 2 || width > MAX_EMBEDDING) {
    throw new ImagesError(
      `${path} holds an array of [${shape.join(', ')}]: give one of [pictures, width], with a width of 2 to ${MAX_EMBEDDING}.`,
    );
  }
  return {
    path,
    count,
    width,
    unitRow: (row) => toUnit(data.subarray(row * width, (row + 1) * width), `row ${row} of ${path}`),
  };
}

interface FloatArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

async function readArray(path: string): Promise<FloatArray> {
  try {
    return path.toLowerCase().endsWith('.npz') ? await readFromNpz(path) : await readFromNpy(path);
  } catch (error) {
    if (error instanceof ImagesError) throw error;
    if (error instanceof NpyError)
      throw new ImagesError(`${path} ${error.message}: give embeddings as float32 in an .npy file.`);
    throw new ImagesError(`${path} cannot be read (${whyUnread(error)}): check the file.`);
  }
}

async function readFromNpz(path: string): Promise<FloatArray> {
  const names = await listNpzNames(path);
  const name = names.length === 1 ? names[0] : ARRAY;
  const { [name]: array } = await readNpz(path, [name]);
  return requireFloats(path, array.shape, array.data);
}

async function readFromNpy(path: string): Promise<FloatArray> {
  const bytes = await readWhole(path, MAX_BYTES);
  const header = parseAnyNpyHeader(bytes);
  const type = findFloatType(header.type);
  if (type?.bytes !== 2 || header.fortranOrder) {
    parseNpyHeader(bytes);
    const { shape, data } = parseNpy(bytes);
    return requireFloats(path, shape, data);
  }
  const values = header.shape.reduce((product, side) => product * side, 1);
  const own = bytes.subarray(header.dataOffset);
  if (own.length !== values * type.bytes)
    throw new NpyError(`should hold ${values * type.bytes} bytes of values but holds ${own.length}`);
  return { shape: header.shape, data: readFloats(own, type) };
}

function requireFloats(path: string, shape: readonly number[], data: ArrayLike<unknown>): FloatArray {
  if (data instanceof Float32Array || data instanceof Float64Array) return { shape, data };
  throw new ImagesError(`${path} holds no numbers with a fraction: give embeddings as float32.`);
}

/** @throws {ImagesError} for a row that has no direction */
function toUnit(row: Float32Array | Float64Array, place: string): Float32Array {
  const unit = unitOf(row);
  if (unit) return unit;
  const reason = row.every((each) => each === 0)
    ? 'is all 0'
    : 'has a number that is not finite, or too large';
  throw new ImagesError(`The ${place} ${reason}: an embedding needs a direction, so correct it.`);
}
