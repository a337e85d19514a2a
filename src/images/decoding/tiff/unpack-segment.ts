import { constants, inflateSync } from 'node:zlib';
import { DamagedPicture, TRUNCATED } from '../damaged-picture.js';
import { unpackLzw } from './lzw.js';

type Unpack = (packed: Uint8Array, out: Uint8Array) => number;

/** By number of TIFF's Compression tag: those without loss that are unpacked here. */
const UNPACK: Readonly<Record<number, Unpack>> = {
  1: copy,
  5: unpackLzw,
  8: inflate,
  32773: unpackBits,
  32946: inflate,
};

export function isUnpacked(compression: number): boolean {
  return Object.hasOwn(UNPACK, compression);
}

/**
 * The bytes of a strip or tile.
 *
 * @param bytes as many as it has unpacked
 * @throws {DamagedPicture} if there are fewer, or they are damaged
 */
export function unpackSegment(compression: number, packed: Uint8Array, bytes: number): Uint8Array {
  const out = new Uint8Array(bytes);
  if (UNPACK[compression](packed, out) < bytes) throw new DamagedPicture(TRUNCATED);
  return out;
}

function copy(packed: Uint8Array, out: Uint8Array): number {
  out.set(packed.subarray(0, out.length));
  return Math.min(packed.length, out.length);
}

function inflate(packed: Uint8Array, out: Uint8Array): number {
  try {
    const chunkSize = Math.max(constants.Z_MIN_CHUNK, Math.min(out.length, 1 << 20));
    return copy(inflateSync(packed, { maxOutputLength: Math.max(1, out.length), chunkSize }), out);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw new DamagedPicture('is corrupt: it unpacks to more than its size');
    throw new DamagedPicture(code === 'Z_BUF_ERROR' ? TRUNCATED : `is corrupt: ${message}`);
  }
}

/** TIFF 6.0, section 9. */
function unpackBits(packed: Uint8Array, out: Uint8Array): number {
  let written = 0;
  for (let at = 0; at < packed.length && written < out.length; ) {
    const head = packed[at++];
    if (head < 128) {
      const piece = packed.subarray(at, at + Math.min(head + 1, out.length - written));
      out.set(piece, written);
      written += piece.length;
      at += head + 1;
    } else if (head > 128 && at < packed.length) {
      const end = Math.min(out.length, written + 257 - head);
      out.fill(packed[at++], written, end);
      written = end;
    }
  }
  return written;
}
