import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { DamagedPicture } from '../decoding/damaged-picture.js';

/** A path; as bytes where the name is not valid UTF-8. */
export type FilePath = string | Uint8Array;

/** Size and time of a file. If they change, something has written to it. */
export interface FileStamp {
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** The first part of a file, its SHA-256 and whether the part is all of it. `head` is valid until the next call. */
export interface HashedFile {
  readonly head: Buffer;
  readonly isWhole: boolean;
  readonly digest: Buffer;
  readonly stamp: FileStamp;
}

const PIECE_BYTES = 1 << 20;
/** No picture file is near this: it is read whole, by each of several threads. */
const MAX_FILE_BYTES = 1 << 28;
// Without O_NONBLOCK, opening a FIFO in place of a picture would wait forever for a writer.
export const READ_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Nearly every picture fits, and a new buffer for each file would cost more than reading the file. */
const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);

/**
 * Reads a file; `bytes` is valid until the next call.
 *
 * @throws {DamagedPicture} where it is too large, else the system's error
 */
export function readWholeFile(file: FilePath): { bytes: Buffer; stamp: FileStamp } {
  return withFile(file, (descriptor, stamp) => {
    refuseHugeFile(stamp.bytes);
    const buffer = stamp.bytes <= PIECE_BYTES ? piece : Buffer.allocUnsafeSlow(stamp.bytes);
    return { bytes: fill(descriptor, buffer, stamp.bytes), stamp };
  });
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
  return withFile(file, (descriptor, stamp) => {
    const hash = createHash('sha256');
    const isWhole = stamp.bytes <= PIECE_BYTES;
    let part = fill(descriptor, piece, PIECE_BYTES);
    const head = isWhole ? part : Buffer.from(part);
    for (; part.length > 0 && !isWhole; part = fill(descriptor, piece, PIECE_BYTES)) hash.update(part);
    if (isWhole) hash.update(head);
    return { head, isWhole, digest: hash.digest(), stamp };
  });
}

function withFile<T>(file: FilePath, use: (descriptor: number, stamp: FileStamp) => T): T {
  const descriptor = openSync(file as string | Buffer, READ_FLAGS);
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw new DamagedPicture('is not a regular file');
    return use(descriptor, { bytes: stat.size, modifiedMs: stat.mtimeMs });
  } finally {
    closeSync(descriptor);
  }
}

/** Reads up to `length` bytes from the current position; fewer only at the end of the file. */
function fill(descriptor: number, buffer: Buffer, length: number): Buffer {
  let filled = 0;
  while (filled < length) {
    const got = readSync(descriptor, buffer, filled, length - filled, null);
    if (got === 0) break;
    filled += got;
  }
  return buffer.subarray(0, filled);
}
