import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ImagesError } from '../images/images-error.js';

const UNSIGNED_BYTE = 0x08;

/**
 * Reads an IDX file of unsigned bytes (the format of MNIST's files; `.gz` is unpacked) that must have exactly the
 * dimensions `shape`, and returns its values in row-major order. Throws ImagesError naming the file if its magic
 * number, dimensions or length are others.
 */
export async function readIdx(file: string, shape: readonly number[]): Promise<Uint8Array> {
  const header = 4 + 4 * shape.length;
  const length = header + shape.reduce((product, n) => product * n, 1);
  const bytes = await readBytes(file, length);
  const magic = (UNSIGNED_BYTE << 8) | shape.length;
  if (bytes.length < header || bytes.readUInt32BE(0) !== magic) {
    throw new ImagesError(
      `${file} does not begin with the magic number ${magic} of an IDX file with ${shape.length} dimension${shape.length > 1 ? 's' : ''} of bytes: it is damaged or another file.`,
    );
  }
  const found = shape.map((_, i) => bytes.readUInt32BE(4 + 4 * i));
  if (found.some((n, i) => n !== shape[i])) {
    throw new ImagesError(
      `${file} says that it holds ${found.join('×')} bytes instead of ${shape.join('×')}: it is damaged or another file.`,
    );
  }
  if (bytes.length !== length) throw wrongLength(file, bytes.length, length);
  return bytes.subarray(header);
}

/** The file's bytes, at most `length` of them once unpacked: a small `.gz` must not fill the memory. */
async function readBytes(file: string, length: number): Promise<Buffer> {
  if (!file.endsWith('.gz')) {
    const { size } = await stat(file);
    // A file shorter than its header is told by its magic number, one that is too long need not be read to be refused.
    if (size > length) throw wrongLength(file, size, length);
    return readFile(file);
  }
  try {
    return await promisify(gunzip)(await readFile(file), { maxOutputLength: length });
  } catch (error) {
    const tooLong = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    const reason = tooLong ? `unpacks to more than ${length} bytes` : 'cannot be unpacked by gzip';
    throw new ImagesError(`${file} ${reason}: it is damaged or another file.`, { cause: error });
  }
}

function wrongLength(file: string, found: number, expected: number): ImagesError {
  const reason = found < expected ? 'it is cut short' : 'it is damaged or another file';
  return new ImagesError(`${file} is ${found} bytes long instead of ${expected}: ${reason}, get it again.`);
}
