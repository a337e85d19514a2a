import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ImagesError } from '../../core/errors.js';
import { readWhole, whyUnread } from '../../storage/read-whole.js';
import { isSystemError } from '../../storage/system-error.js';

const UNSIGNED_BYTE = 0x08;
const MAGIC_BYTES = 4;
const SIDE_BYTES = 4;
/** What a packed file may have beside its content: the header of gzip, and what is too much, which is found as it is unpacked. */
const MAX_GZIP_BYTES = 2 ** 26;

/** What an IDX file of unsigned bytes begins with. */
export interface IdxHeader {
  readonly shape: readonly number[];
  readonly dataOffset: number;
}

/** Reads the header of an IDX file of unsigned bytes from its first bytes; undefined if they are none or too few. */
export function parseIdxHeader(head: Buffer): IdxHeader | undefined {
  if (head.length < MAGIC_BYTES || head.readUInt16BE(0) !== 0 || head[2] !== UNSIGNED_BYTE) return undefined;
  const sides = head[3];
  const dataOffset = MAGIC_BYTES + SIDE_BYTES * sides;
  if (sides === 0 || head.length < dataOffset) return undefined;
  return {
    shape: Array.from({ length: sides }, (_, i) => head.readUInt32BE(MAGIC_BYTES + SIDE_BYTES * i)),
    dataOffset,
  };
}

/**
 * Reads an IDX file of unsigned bytes (the format of MNIST's files; `.gz` is unpacked) that must have exactly
 * the dimensions `shape`, and returns its values in row-major order.
 *
 * @throws {ImagesError} naming the file if its magic number, dimensions or length are others
 */
export async function readIdx(file: string, shape: readonly number[]): Promise<Uint8Array> {
  const dataOffset = MAGIC_BYTES + SIDE_BYTES * shape.length;
  const length = dataOffset + shape.reduce((product, n) => product * n, 1);
  const bytes = await readBytes(file, length);
  const found = parseIdxHeader(bytes)?.shape;
  if (found?.length !== shape.length) {
    const magic = (UNSIGNED_BYTE << 8) | shape.length;
    throw new ImagesError(
      `${file} does not begin with the magic number ${magic} of an IDX file with ${shape.length} dimension${shape.length > 1 ? 's' : ''} of bytes: it is damaged or another file.`,
    );
  }
  if (found.some((n, i) => n !== shape[i])) {
    throw new ImagesError(
      `${file} says that it holds ${found.join('×')} bytes instead of ${shape.join('×')}: it is damaged or another file.`,
    );
  }
  if (bytes.length !== length) throw wrongLength(file, bytes.length, length);
  return bytes.subarray(dataOffset);
}

/** The file's bytes, at most `length` of them once unpacked: a small `.gz` must not fill the memory. */
async function readBytes(file: string, length: number): Promise<Buffer> {
  if (!file.endsWith('.gz')) {
    const { size } = await stat(file);
    // A file that is too long is refused unread. One that is shorter than its header fails the check of the magic number.
    if (size > length) throw wrongLength(file, size, length);
    return readBounded(file, length);
  }
  const packed = await readBounded(file, length + MAX_GZIP_BYTES);
  try {
    return await promisify(gunzip)(packed, { maxOutputLength: length });
  } catch (error) {
    const tooLong = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    const reason = tooLong ? `unpacks to more than ${length} bytes` : 'cannot be unpacked by gzip';
    throw new ImagesError(`${file} ${reason}: it is damaged or another file.`, { cause: error });
  }
}

async function readBounded(file: string, maxBytes: number): Promise<Buffer> {
  return readWhole(file, maxBytes).catch((error) => {
    if (isSystemError(error)) throw error;
    throw new ImagesError(`${file} cannot be read (${whyUnread(error)}): it is damaged or another file.`, {
      cause: error,
    });
  });
}

function wrongLength(file: string, found: number, expected: number): ImagesError {
  const reason = found < expected ? 'it is cut short' : 'it is damaged or another file';
  return new ImagesError(`${file} is ${found} bytes long instead of ${expected}: ${reason}, get it again.`);
}
