import { createInflate } from 'node:zlib';
import type { RandomAccess } from '../random-access.js';
import { ByteQueue } from './byte-queue.js';
import { MatError } from './mat-error.js';

const HEADER_BYTES = 128;
const VERSION_OFFSET = 124;
const VERSION = 0x0100;
/** Of files that are HDF5 inside. */
const VERSION_7_3 = 0x0200;
const TAG_BYTES = 8;
const SMALL_BYTES = 4;
const PIECE_BYTES = 2 ** 16;
/** MATLAB's own limit is 63. */
const MAX_NAME_BYTES = 256;
const MAX_DIMENSIONS = 8;
const MAX_ELEMENTS = 10_000;
/** zlib makes at most so many bytes of one. */
const MAX_INFLATION = 1032;
/** Of padding behind the values of a compressed array. */
const MAX_PADDING = 8;

/** Data types of elements. Source: MAT-File Format, R2019b, table 1-1. */
const MATRIX = 14;
const COMPRESSED = 15;
const [INT8, INT32, UINT32] = [1, 5, 6];
/** Those of plain numbers, with their bytes. */
const NUMBERS: Readonly<Record<number, { readonly type: MatType; readonly bytes: number }>> = {
  1: { type: 'int8', bytes: 1 },
  2: { type: 'uint8', bytes: 1 },
  3: { type: 'int16', bytes: 2 },
  4: { type: 'uint16', bytes: 2 },
  5: { type: 'int32', bytes: 4 },
  6: { type: 'uint32', bytes: 4 },
  7: { type: 'float32', bytes: 4 },
  9: { type: 'float64', bytes: 8 },
};
/** Array classes that hold plain numbers: double, single, and integers of 8 to 32 bits. */
const NUMERIC_CLASSES = { from: 6, to: 13 } as const;
const COMPLEX = 0x08;

/** Type in which values are stored, which may be narrower than the class of their array. */
export type MatType = 'int8' | 'uint8' | 'int16' | 'uint16' | 'int32' | 'uint32' | 'float32' | 'float64';

/** An array of a `.mat` file: what stands before its values, and its values. */
export interface MatArray {
  readonly name: string;
  /** Sides; values run along the first one first. */
  readonly shape: readonly number[];
  readonly type: MatType;
  /** Bytes of the values, which the file has room for. */
  readonly byteLength: number;
  /**
   * The values as they are stored, little-endian, in pieces. Read them before the next array, or not at all.
   *
   * @throws {MatError} if they are damaged or cut short
   */
  values(): AsyncGenerator<Uint8Array, void, void>;
}

/**
 * Reads the numeric arrays of a MATLAB 5.0 `.mat` file in their order, compressed or not, without holding more of one than a piece. What an
 * array says of its size is believed only as far as the file has room for it; cells, structures, text and complex numbers are passed by.
 *
 * @throws {MatError} for another version, and for a damaged file
 */
export async function* readMat(file: RandomAccess): AsyncGenerator<MatArray, void, void> {
  await checkHeader(file);
  let elements = 0;
  for (let at = HEADER_BYTES; at < file.size; ) {
    if (++elements > MAX_ELEMENTS) throw new MatError(`holds more than ${MAX_ELEMENTS} elements`);
    const { type, bytes } = await readTopTag(file, at);
    const begin = at + TAG_BYTES;
    if (begin + bytes > file.size) throw new MatError('is cut short');
    if (type === COMPRESSED) {
      const array = await openCompressed(file, begin, bytes);
      try {
        if (array.value) yield array.value;
      } finally {
        array.close();
      }
    } else if (type === MATRIX) {
      const array = await openArray(new ByteQueue(piecesOf(file, begin, bytes)), bytes);
      if (array) yield array;
    }
    at = begin + bytes + (type === COMPRESSED ? 0 : paddingOf(bytes));
  }
}

async function checkHeader(file: RandomAccess): Promise<void> {
  if (file.size < HEADER_BYTES) throw new MatError('is no .mat file');
  const header = Buffer.alloc(HEADER_BYTES);
  await file.read(header, 0);
  const version = header.readUInt16LE(VERSION_OFFSET);
  const order = header.toString('latin1', HEADER_BYTES - 2);
  if (order === 'IM' && version === VERSION_7_3) {
    throw new MatError('is of MATLAB 7.3, which is HDF5: save it again with "-v7"');
  }
  if (order === 'MI') throw new MatError('is of a big-endian machine: save it again on another one');
  if (order !== 'IM' || version !== VERSION) throw new MatError('is no .mat file of MATLAB 5.0');
}

async function readTopTag(file: RandomAccess, at: number): Promise<{ type: number; bytes: number }> {
  if (at + TAG_BYTES > file.size) throw new MatError('is cut short');
  const tag = Buffer.alloc(TAG_BYTES);
  await file.read(tag, at);
  return { type: tag.readUInt32LE(), bytes: tag.readUInt32LE(4) };
}

/** An array in a stream of zlib, and how to end the stream. */
async function openCompressed(file: RandomAccess, begin: number, bytes: number) {
  const inflate = createInflate();
  const feeding = feed(piecesOf(file, begin, bytes), inflate);
  // Told by the stream itself, where it matters.
  feeding.catch(() => undefined);
  const queue = new ByteQueue(guard(inflate));
  const close = () => inflate.destroy();
  try {
    const tag = await queue.take(TAG_BYTES);
    if (tag.readUInt32LE() !== MATRIX) throw new MatError('has a compressed element that is no array');
    const room = Math.min(tag.readUInt32LE(4), bytes * MAX_INFLATION);
    return { value: await openArray(queue, room, true), close };
  } catch (error) {
    close();
    throw error;
  }
}

async function feed(
  pieces: AsyncIterable<Uint8Array>,
  inflate: ReturnType<typeof createInflate>,
): Promise<void> {
  let goOn = () => {};
  inflate.on('drain', () => goOn());
  inflate.on('close', () => goOn());
  try {
    for await (const piece of pieces) {
      if (inflate.destroyed) return;
      if (!inflate.write(piece)) {
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
      }
    }
    inflate.end();
  } catch (error) {
    inflate.destroy(error as Error);
  }
}

/** The stream with errors of our own kind. */
async function* guard(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* stream;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('Z_')) throw error;
    throw new MatError(code === 'Z_BUF_ERROR' ? 'is cut short' : 'is damaged (its compressed bytes)', {
      cause: error,
    });
  }
}

async function* piecesOf(
  file: RandomAccess,
  begin: number,
  bytes: number,
): AsyncGenerator<Uint8Array, void, void> {
  for (let at = begin; at < begin + bytes; at += PIECE_BYTES) {
    const piece = Buffer.alloc(Math.min(PIECE_BYTES, begin + bytes - at));
    await file.read(piece, at);
    yield piece;
  }
}

/**
 * Reads what stands before the values of an array.
 *
 * @param room bytes that the array can have
 * @param drains whether the queue ends with the array, and what is behind its values is to be read
 * @returns undefined for what holds no plain numbers
 */
async function openArray(queue: ByteQueue, room: number, drains = false): Promise<MatArray | undefined> {
  const flags = await takeElement(queue, { type: UINT32, least: 8, most: 8 });
  const [arrayClass, bits] = [flags[0], flags[1]];
  if (arrayClass < NUMERIC_CLASSES.from || arrayClass > NUMERIC_CLASSES.to || (bits & COMPLEX) !== 0) {
    return undefined;
  }
  const sides = await takeElement(queue, { type: INT32, least: 8, most: 4 * MAX_DIMENSIONS });
  const shape = Array.from({ length: sides.length / 4 }, (_, i) => sides.readInt32LE(4 * i));
  const name = (await takeElement(queue, { type: INT8, least: 0, most: MAX_NAME_BYTES })).toString('latin1');
  const values = await takeTag(queue);
  const number = NUMBERS[values.type];
  const count = shape.reduce((product, side) => product * side, 1);
  if (!number || shape.some((side) => side < 0) || values.bytes !== count * number.bytes) {
    throw new MatError(
      `is damaged (the array ${JSON.stringify(name)} does not have as many values as its sides say)`,
    );
  }
  if (values.bytes > room) throw new MatError('is cut short');
  return {
    name,
    shape,
    type: number.type,
    byteLength: values.bytes,
    async *values() {
      if (values.inTag) {
        yield values.inTag;
      } else {
        for (let left = values.bytes; left > 0; ) {
          const piece = await queue.takeSome(left);
          left -= piece.length;
          yield piece;
        }
      }
      if (drains) await queue.drain(MAX_PADDING);
    },
  };
}

interface Tag {
  readonly type: number;
  readonly bytes: number;
  /** Values that stand in the tag itself. */
  readonly inTag?: Buffer;
}

/** A tag, in either of its forms. */
async function takeTag(queue: ByteQueue): Promise<Tag> {
  const tag = await queue.take(TAG_BYTES);
  const [first, second] = [tag.readUInt32LE(), tag.readUInt32LE(4)];
  const small = first >>> 16;
  if (small === 0) return { type: first, bytes: second };
  if (small > SMALL_BYTES) throw new MatError('is damaged (an element too large for its tag)');
  return { type: first & 0xffff, bytes: small, inTag: tag.subarray(SMALL_BYTES, SMALL_BYTES + small) };
}

async function takeElement(
  queue: ByteQueue,
  { type, least, most }: { readonly type: number; readonly least: number; readonly most: number },
): Promise<Buffer> {
  const tag = await takeTag(queue);
  if (tag.type !== type || tag.bytes < least || tag.bytes > most || (type !== INT8 && tag.bytes % 4 !== 0)) {
    throw new MatError('is damaged (what stands before the values of an array)');
  }
  if (tag.inTag) return tag.inTag;
  const bytes = await queue.take(tag.bytes);
  await queue.skip(paddingOf(tag.bytes));
  return bytes;
}

const paddingOf = (bytes: number) => (TAG_BYTES - (bytes % TAG_BYTES)) % TAG_BYTES;
