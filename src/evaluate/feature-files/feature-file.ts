import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type FloatType, findFloatType, readFloats } from '../../archives/float-values.js';
import type { RandomAccess } from '../../archives/random-access.js';
import { ImagesError } from '../../core/errors.js';
import { findFeatureFault } from '../../features/output-check.js';
import { Inspections } from '../../images/inspections.js';
import { refuseRowCount } from '../../images/rows/row-set.js';
import type { Rows } from '../../metrics/rows.js';
import { type LocatedArray, locateArray } from './locate-array.js';
import { openTemporary } from './temporary-bytes.js';

/** Values that are read at a time: 8 MB of float64. */
const BLOCK_VALUES = 2 ** 20;
/** Values that are put into the order of rows at a time; each column of them is read by itself. */
const TRANSPOSED_VALUES = 2 ** 24;
/** A covariance this wide takes 2 GiB. */
const MAX_WIDTH = 16_384;
/** Rows that are named as faulty. */
const NAMED_ROWS = 3;

/** Names of the types as NumPy spells them. */
const TYPE_NAMES = { 2: 'float16', 4: 'float32', 8: 'float64' } as const;

/** Where the values lie, row by row. */
interface Place {
  readonly type: FloatType;
  readonly source: RandomAccess;
  /** Of the first value. */
  readonly start: number;
  readonly close: () => Promise<void>;
}

/** N×D numbers of a file. They are read in blocks, as float32: float64 is rounded once, float16 is exact. */
export class FeatureFile implements Rows {
  readonly count: number;
  readonly width: number;
  /** Name of the array in an `.npz` file. */
  readonly array: string | undefined;
  readonly #shown: string;
  readonly #place: Place;
  /** CRC-32 of each row as `inspect` found it: metrics read rows many times, and nothing may be written between. */
  #checksums: Uint32Array | undefined;

  private constructor({ shown, name, header }: LocatedArray, place: Place) {
    [this.count, this.width] = header.shape;
    this.#shown = shown;
    this.#place = place;
    this.array = name;
  }

  /**
   * Opens a file.
   *
   * @param flag the option that names an array
   * @throws {ImagesError} for what holds no N×D array of floating-point numbers, or is damaged
   * @throws {StorageError} where what must be unpacked has no room
   */
  static async open(path: string, named: string | undefined, flag: string): Promise<FeatureFile> {
    const located = await locateArray(path, named, flag);
    try {
      const { header, source, offset, close } = located;
      const type = readShape(located, flag);
      return new FeatureFile(
        located,
        header.fortranOrder
          ? { type, start: 0, ...(await transpose(located, type)) }
          : { type, start: offset + header.dataOffset, source, close },
      );
    } catch (error) {
      await located.close();
      throw error;
    }
  }

  /** "float16", "float32" or "float64". */
  get typeName(): 'float16' | 'float32' | 'float64' {
    return TYPE_NAMES[this.#place.type.bytes];
  }

  close(): Promise<void> {
    return this.#place.close();
  }

  /** @throws {ImagesError} for a row that is not what `inspect` found */
  async read(start: number, end: number): Promise<Float32Array> {
    const values = readFloats(await this.#readVerified(start, end), this.#place.type);
    return values instanceof Float32Array ? values : Float32Array.from(values);
  }

  /**
   * Looks at every row once.
   *
   * @param onProgress called with the rows that are done
   * @returns the SHA-256 of each row's float32 values
   * @throws {ImagesError} naming the rows that no metric can take
   */
  async inspect(signal?: AbortSignal, onProgress?: (done: number) => void): Promise<Inspections> {
    const { count, width } = this;
    const inspections = new Inspections(count);
    const checksums = new Uint32Array(count);
    const faults: { row: number; reason: string }[] = [];
    let faulty = 0;
    const step = Math.max(1, Math.floor(BLOCK_VALUES / width));
    for (let start = 0; start < count; start += step) {
      signal?.throwIfAborted();
      const end = Math.min(start + step, count);
      const bytes = await this.#readBytes(start, end);
      checksums.set(this.#checksumsOf(bytes), start);
      const values = readFloats(bytes, this.#place.type);
      const singles = values instanceof Float32Array ? values : Float32Array.from(values);
      for (let row = start; row < end; row++) {
        const from = (row - start) * width;
        const reason = findFeatureFault(values.subarray(from, from + width));
        if (reason !== undefined && faulty++ < NAMED_ROWS) faults.push({ row, reason });
        const digest = createHash('sha256')
          .update(singles.subarray(from, from + width))
          .digest();
        inspections.set(row, digest, 0, 0);
      }
      onProgress?.(end);
    }
    if (faulty > 0) throw faultsError(this.#shown, faults, faulty, count);
    this.#checksums = checksums;
    return inspections;
  }

  async #readVerified(start: number, end: number): Promise<Buffer<ArrayBuffer>> {
    const bytes = await this.#readBytes(start, end);
    const known = this.#checksums?.subarray(start, end);
    const changed = known ? this.#checksumsOf(bytes).findIndex((each, i) => each !== known[i]) : -1;
    if (changed < 0) return bytes;
    throw new ImagesError(
      `${this.#shown} changed while it was being read (row ${start + changed}): start again when nothing writes to it.`,
    );
  }

  #checksumsOf(bytes: Buffer): Uint32Array {
    const rowBytes = this.width * this.#place.type.bytes;
    return Uint32Array.from({ length: bytes.length / rowBytes }, (_, i) =>
      crc32(bytes.subarray(i * rowBytes, (i + 1) * rowBytes)),
    );
  }

  async #readBytes(start: number, end: number): Promise<Buffer<ArrayBuffer>> {
    if (!(start >= 0 && start <= end && end <= this.count)) {
      throw new RangeError(`expected rows within 0 to ${this.count} but received ${start} to ${end}`);
    }
    const { type, source, start: first } = this.#place;
    const rowBytes = this.width * type.bytes;
    const bytes = Buffer.from(new ArrayBuffer((end - start) * rowBytes));
    await source.read(bytes, first + start * rowBytes);
    return bytes;
  }
}

function faultsError(
  shown: string,
  faults: readonly { row: number; reason: string }[],
  faulty: number,
  count: number,
): ImagesError {
  const named = faults.map(({ row, reason }) => `row ${row} holds ${reason}`).join(', ');
  const more = faulty > faults.length ? ', …' : '';
  return new ImagesError(
    `${shown} has ${faulty === 1 ? 'one row' : `${faulty} rows`} of ${count} that no metric can take (${named}${more}; the first row is 0): leave them out, or extract them again.`,
  );
}

/** The type of N×D values; refuses every other array. */
function readShape({ shown, header, bytes }: LocatedArray, flag: string): FloatType {
  const { shape, type, dataOffset } = header;
  const product = shape.join('×') || 'of a single value';
  if (type === '|O') {
    throw new ImagesError(
      `${shown} holds Python objects, which may run code and are never read: save a plain float32 array.`,
    );
  }
  if (shape.length >= 3) {
    throw new ImagesError(
      `${shown} has the shape ${product} instead of N×D: ${type === '|u1' ? 'if these are pictures, leave --features out' : 'save array.reshape(len(array), -1), or the means over rows and columns'}.`,
    );
  }
  if (shape.length < 2) {
    throw new ImagesError(
      `${shown} has the shape ${product} instead of N×D, a row for each picture: save such an array, or name one of an .npz file with ${flag}.`,
    );
  }
  const float = findFloatType(type);
  if (!float) {
    throw new ImagesError(
      `${shown} holds values of type ${type} instead of float16, float32 or float64: save array.astype('float32').`,
    );
  }
  const [count, width] = shape;
  if (width === 0)
    throw new ImagesError(`${shown} has the shape ${product}, which has no features: save it again.`);
  if (width > MAX_WIDTH) {
    throw new ImagesError(
      `${shown} has ${width} features a row, more than the ${MAX_WIDTH} whose covariance is held: give fewer.`,
    );
  }
  const expected = dataOffset + count * width * float.bytes;
  if (expected !== bytes) {
    const reason = bytes < expected ? 'it is cut short or its header lies' : 'its header lies';
    throw new ImagesError(
      `${shown} is ${bytes} bytes long instead of the ${expected} of its shape ${product}: ${reason}, save it again.`,
    );
  }
  refuseRowCount(shown, count);
  return float;
}

const WORDS = { 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array } as const;

/** The values of an array in Fortran order, row by row in a temporary file. */
async function transpose(located: LocatedArray, type: FloatType) {
  const { header, bytes } = located;
  const transposed = await openTemporary(rowsOf(located, type), bytes - header.dataOffset);
  await located.close();
  return transposed;
}

async function* rowsOf({ header, source, offset }: LocatedArray, { bytes: size }: FloatType) {
  const [count, width] = header.shape;
  const step = Math.max(1, Math.floor(TRANSPOSED_VALUES / width));
  for (let start = 0; start < count; start += step) {
    const rows = Math.min(step, count - start);
    const block = new WORDS[size](rows * width);
    const column = new WORDS[size](rows);
    for (let j = 0; j < width; j++) {
      const at = offset + header.dataOffset + (j * count + start) * size;
      await source.read(new Uint8Array(column.buffer), at);
      for (let i = 0; i < rows; i++) block[i * width + j] = column[i];
    }
    yield Buffer.from(block.buffer);
  }
}
