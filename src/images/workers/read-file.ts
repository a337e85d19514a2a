import { createHash, hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { READ_FLAGS } from '../../storage/open-regular.js';
import { DamagedPicture } from '../decoding/damaged-picture.js';

/** A path; as bytes where the name is not valid UTF-8. */
export type FilePath = string | Uint8Array;

/** The first part of a file, its SHA-256 and whether the part is all of it. `head` is valid until the next call. */
export interface HashedFile {
  readonly head: Buffer;
  readonly isWhole: boolean;
  /** Length of the file. */
  readonly bytes: number;
  readonly digest: Buffer;
}

const PIECE_BYTES = 1 << 20;
/** No picture file is near this: it is read whole, by each of several threads. */
const MAX_FILE_BYTES = 1 << 28;

/** Nearly every picture fits, and a new buffer for each file would cost more than reading the file. */
const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);

/**
 * Reads a file; `bytes` is valid until the next call.
 *
 * @throws {DamagedPicture} where it is too large, else the system's error
 */
export function readWholeFile(file: FilePath): Buffer {
  return withFile(file, (descriptor, bytes) => {
    refuseHugeFile(bytes);
    const buffer = bytes <= PIECE_BYTES ? piece : Buffer.allocUnsafeSlow(bytes);
    return fill(descriptor, buffer, bytes);
  });
}

/**
 * The bytes of a small file, of which it is not asked what it is: for who knows their digest. Valid until the next call.
 *
 * @returns undefined for a file that may have more bytes, and for whatever can't be read
 */
export function readSmallFile(file: FilePath): Buffer | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file as string | Buffer, READ_FLAGS);
    const got = readSync(descriptor, piece, 0, PIECE_BYTES, null);
    return got < PIECE_BYTES ? piece.subarray(0, got) : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * Refuses a picture file that is too large.
 *
 * @throws {DamagedPicture} for more bytes than a picture file may have
 */
export function refuseHugeFile(bytes: number): void {
  if (bytes > MAX_FILE_BYTES) throw new DamagedPicture(`has ${bytes} bytes, more than 256 MiB`);
}

/**
 * Hashes a file of any size.
 *
 * @throws the system's error
 */
export function hashFile(file: FilePath): HashedFile {
  return withFile(file, (descriptor, bytes) => {
    let part = fill(descriptor, piece, PIECE_BYTES, bytes);
    if (bytes <= PIECE_BYTES)
      return { head: part, isWhole: true, digest: hash('sha256', part, 'buffer'), bytes };
    const head = Buffer.from(part);
    const digest = createHash('sha256');
    for (; part.length > 0; part = fill(descriptor, piece, PIECE_BYTES)) digest.update(part);
    return { head, isWhole: false, digest: digest.digest(), bytes };
  });
}

function withFile<T>(file: FilePath, use: (descriptor: number, bytes: number) => T): T {
  const descriptor = openSync(file as string | Buffer, READ_FLAGS);
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw new DamagedPicture('is not a regular file');
    return use(descriptor, stat.size);
  } finally {
    closeSync(descriptor);
  }
}

/** Reads up to `length` bytes from the current position; fewer only at the end of the file, which is expected after `expected` bytes. */
function fill(descriptor: number, buffer: Buffer, length: number, expected = length): Buffer {
  let filled = 0;
  while (filled < length) {
    const got = readSync(descriptor, buffer, filled, length - filled, null);
    filled += got;
    if (got === 0 || filled === expected) break;
  }
  return buffer.subarray(0, filled);
}
