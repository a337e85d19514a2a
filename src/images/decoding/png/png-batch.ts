import { randomBytes } from 'node:crypto';
import { gzipSync, unzipSync } from 'node:zlib';
import { isPng, type PlainPng, readPlainPng } from './png.js';

/** Of the parts of files that are unpacked together. */
const PACKED_BYTES = 1 << 17;
/** Of what comes of them: it stays in the processor's cache. */
const UNPACKED_BYTES = 1 << 18;
/** A larger file gains nothing. */
const SMALL_BYTES = 1 << 14;
const MARK_BYTES = 64;
/** The low half of the first byte of a zlib stream: its method, which is deflate (RFC 1950). */
const DEFLATE = 8;

/** What stands between pictures. */
interface Mark {
  readonly bytes: Buffer;
  /** The same as a gzip stream. */
  readonly stream: Buffer;
}

let mark: Mark | undefined;

function markOfThread(): Mark {
  if (mark) return mark;
  const bytes = randomBytes(MARK_BYTES);
  mark = { bytes, stream: gzipSync(bytes) };
  return mark;
}

/** A picture of a batch. */
interface Taken {
  readonly position: number;
  readonly png: PlainPng;
}

/** A picture whose rows are unpacked. */
export interface UnpackedPng extends Taken {
  readonly rows: Buffer;
}

/**
 * Small plain PNG files that are unpacked in one call: calling zlib for each takes as long as unpacking 3 KB. Node's `unzip` reads zlib
 * streams that follow a gzip stream as it reads further gzip streams. Between any two stands a gzip stream of random bytes that nobody
 * outside can know. Where each comes out in its place, each picture gave the bytes that its size asks for, no more and no fewer. (A file of
 * several zlib streams, which is none by the specification, is thereby read as well.)
 */
export class PngBatch {
  readonly #mark = markOfThread();
  readonly #packed = Buffer.allocUnsafeSlow(PACKED_BYTES);
  #packedBytes = this.#mark.stream.copy(this.#packed);
  #unpackedBytes = MARK_BYTES;
  #taken: Taken[] = [];

  /** @param pixelLimit pictures with more pixels are bad */
  constructor(private readonly pixelLimit: number) {}

  /** Whether the pictures should be unpacked before the next is taken. */
  get isFull(): boolean {
    const most = SMALL_BYTES + this.#mark.stream.length;
    return this.#packedBytes > PACKED_BYTES - most || this.#unpackedBytes > UNPACKED_BYTES;
  }

  /**
   * Takes a picture.
   *
   * @param bytes of its file, which it copies
   * @returns false for one that is to be decoded by itself
   * @throws {DamagedPicture} as `decodePlainPng`
   */
  take(position: number, bytes: Buffer): boolean {
    if (bytes.length > SMALL_BYTES || !isPng(bytes)) return false;
    const png = readPlainPng(bytes, this.pixelLimit);
    if (!png || png.rowBytes > UNPACKED_BYTES || (png.packed[0][0] & 15) !== DEFLATE) return false;
    for (const part of png.packed) this.#packedBytes += part.copy(this.#packed, this.#packedBytes);
    this.#packedBytes += this.#mark.stream.copy(this.#packed, this.#packedBytes);
    this.#unpackedBytes += png.rowBytes + MARK_BYTES;
    // The rest of the file is overwritten by the next.
    const { palette, transparency } = png;
    const kept = {
      palette: palette && Buffer.from(palette),
      transparency: transparency && Buffer.from(transparency),
    };
    this.#taken.push({ position, png: { ...png, ...kept, packed: [] } });
    return true;
  }

  /** Positions of the pictures that were taken. */
  get positions(): number[] {
    return this.#taken.map(({ position }) => position);
  }

  /** Unpacks what was taken, in order, and is empty then. @returns undefined where one of them is damaged */
  unpack(): UnpackedPng[] | undefined {
    const unpacked = this.#taken.length > 0 ? this.#unpackAll() : [];
    this.#packedBytes = this.#mark.stream.length;
    this.#unpackedBytes = MARK_BYTES;
    this.#taken = [];
    return unpacked;
  }

  #unpackAll(): UnpackedPng[] | undefined {
    const all = this.#unzip();
    if (all?.length !== this.#unpackedBytes) return undefined;
    const unpacked: UnpackedPng[] = [];
    let at = MARK_BYTES;
    for (const each of this.#taken) {
      const end = at + each.png.rowBytes;
      if (this.#mark.bytes.compare(all, end, end + MARK_BYTES) !== 0) return undefined;
      unpacked.push({ ...each, rows: all.subarray(at, end) });
      at = end + MARK_BYTES;
    }
    return unpacked;
  }

  #unzip(): Buffer | undefined {
    const length = this.#unpackedBytes;
    try {
      return unzipSync(this.#packed.subarray(0, this.#packedBytes), {
        maxOutputLength: length,
        chunkSize: length,
      });
    } catch {
      return undefined;
    }
  }
}
