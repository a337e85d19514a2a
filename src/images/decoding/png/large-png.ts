import { Readable } from 'node:stream';
import { createInflate } from 'node:zlib';
import { DamagedPicture, refuseBadSize, TRUNCATED } from '../damaged-picture.js';
import type { DecodeSettings } from '../decode-settings.js';
import type { Decoded, Reserve } from '../decoded.js';
import { type Channels, changesOf, writeRgb } from '../rgb.js';
import { DepthReducer } from '../values/reduce-depth.js';
import {
  damageOfStream,
  lookUp,
  PALETTE,
  type PngHeader,
  type PngStart,
  paletteColors,
  readParts,
  SAMPLES,
} from './png.js';
import { unfilterRows } from './png-filter.js';

/** Up to so many pixels, a PNG is unpacked in one piece, which is faster. */
const WHOLE_PIXELS = 1 << 20;
/** Where width and height end: behind the signature and the head of the first chunk. */
const SIDES_END = 24;
/** Bytes that are unpacked at a time. */
const PIECE = 1 << 20;

/** Whether a PNG is worth unpacking in pieces. */
export function isLargePng(bytes: Buffer): boolean {
  if (bytes.length < SIDES_END || bytes.toString('latin1', 12, 16) !== 'IHDR') return false;
  return bytes.readUInt32BE(SIDES_END - 8) * bytes.readUInt32BE(SIDES_END - 4) > WHOLE_PIXELS;
}

/** Whether `decodeLargePng` decodes a PNG, by what stands before its pixels. */
export function isDecodedInParts({
  depth,
  colorType,
  interlaced,
  hasExif,
  hasTransparency,
}: Omit<PngStart, 'width' | 'height'>): boolean {
  if ((depth !== 8 && depth !== 16) || interlaced || hasExif || !(colorType in SAMPLES)) return false;
  return colorType === PALETTE ? depth === 8 : !hasTransparency;
}

/** Bytes that `decodeLargePng` holds beside the file and the pixels, about: two rows at least, as stored and as they are converted. */
export function bandBytes({ width, depth, colorType }: PngHeader): number {
  const row = width * SAMPLES[colorType] * (depth / 8);
  return Math.max(3 * PIECE, 2 * row + Math.max(row, 4 * width));
}

/**
 * Decodes what `decodePlainPng` and `decodeDeepPng` decode, some rows at a time: beside the file and the pixels, only these are in
 * memory. Returns undefined for other PNG files, and where there are more bytes than the size asks for.
 *
 * @param bytesAtOnce of the rows that are unpacked together; they change no pixel
 * @throws {DamagedPicture} as those two
 */
export async function decodeLargePng(
  bytes: Buffer,
  { alpha, pixelLimit, bitDepth }: DecodeSettings,
  reserve: Reserve,
  bytesAtOnce = PIECE,
): Promise<Decoded | undefined> {
  const { header, palette, transparency, packed, hasExif } = readParts(bytes);
  const { width, height, depth, colorType } = header;
  refuseBadSize(width, height, pixelLimit);
  if (!isDecodedInParts({ ...header, hasExif, hasTransparency: transparency !== undefined }))
    return undefined;
  const colors = colorType === PALETTE ? paletteColors(palette, transparency) : undefined;
  const stored = SAMPLES[colorType];
  const channels: Channels = colors ? (transparency ? 4 : 3) : stored;
  const reducer = depth === 16 ? new DepthReducer(bitDepth) : undefined;
  let held: Uint8Array | undefined;
  const pixelBytes = stored * (depth / 8);
  const shape = { stride: width * pixelBytes, height, distance: pixelBytes, bandBytes: bytesAtOnce };
  const rows = new UnfilteredRows(shape, (samples, y) => {
    // Not before the first rows could be unpacked: a header may claim any size.
    held ??= reserve(width * height * 3);
    const reduced = reducer ? reducer.reduce(samples, 'big') : samples;
    const colored = colors ? lookUp(reduced, colors, channels) : reduced;
    writeRgb(colored, channels, alpha, held.subarray(y * width * 3));
  });
  if (!(await rows.unpack(packed)) || !held) return undefined;
  const changes = changesOf(channels, alpha);
  return { width, height, pixels: held, changes: reducer ? [...changes, reducer.finish()] : changes };
}

/** Takes rows: bytes without their filters, from row `y` on. */
type RowSink = (samples: Uint8Array, y: number) => void;

interface RowShape {
  /** Bytes of a row without its filter. */
  readonly stride: number;
  readonly height: number;
  /** Bytes of a pixel. */
  readonly distance: number;
  readonly bandBytes: number;
}

/** Unpacks filtered rows and undoes their filters, some at a time. */
class UnfilteredRows {
  /** The last row of the band before, whose filter is undone already, and the rows of the band. */
  readonly #band: Buffer;
  readonly #rowBytes: number;
  readonly #capacity: number;
  #filled = 0;
  #done = 0;

  constructor(
    readonly shape: RowShape,
    readonly sink: RowSink,
  ) {
    const { stride, height, bandBytes } = shape;
    this.#rowBytes = stride + 1;
    this.#capacity = Math.min(height, Math.max(1, Math.floor(bandBytes / this.#rowBytes)));
    this.#band = Buffer.allocUnsafeSlow((this.#capacity + this.#offset) * this.#rowBytes);
  }

  /** Rows in front of the band: a picture in one band needs none. */
  get #offset(): number {
    return this.#capacity === this.shape.height ? 0 : 1;
  }

  /**
   * Unpacks all rows.
   *
   * @returns false where there are more bytes than there should be
   * @throws {DamagedPicture}
   */
  async unpack(packed: readonly Buffer[]): Promise<boolean> {
    const inflate = Readable.from(inPieces(packed)).pipe(createInflate({ chunkSize: PIECE }));
    try {
      for await (const piece of inflate) if (!this.#take(piece as Buffer)) return false;
    } catch (error) {
      throw error instanceof DamagedPicture ? error : damageOfStream(error);
    }
    if (this.#done < this.shape.height) throw new DamagedPicture(TRUNCATED);
    return true;
  }

  #take(piece: Buffer): boolean {
    for (let at = 0; at < piece.length; ) {
      const rows = Math.min(this.#capacity, this.shape.height - this.#done);
      if (rows === 0) return false;
      const start = this.#offset * this.#rowBytes;
      const copied = piece.copy(
        this.#band,
        start + this.#filled,
        at,
        at + rows * this.#rowBytes - this.#filled,
      );
      at += copied;
      this.#filled += copied;
      if (this.#filled === rows * this.#rowBytes) this.#flush(rows);
    }
    return true;
  }

  #flush(rows: number): void {
    const { stride, distance } = this.shape;
    const start = this.#offset * this.#rowBytes;
    if (this.#done === 0) unfilterRows(this.#band.subarray(start), stride, rows, distance);
    else unfilterRows(this.#band, stride, rows + 1, distance);
    this.sink(withoutFilters(this.#band.subarray(start), stride, rows), this.#done);
    this.#done += rows;
    this.#filled = 0;
    if (this.#offset === 0) return;
    const last = start + (rows - 1) * this.#rowBytes;
    this.#band.copy(this.#band, 0, last, last + this.#rowBytes);
    this.#band[0] = 0;
  }
}

function withoutFilters(rows: Buffer, stride: number, count: number): Uint8Array {
  if (count === 1) return rows.subarray(1, stride + 1);
  const samples = new Uint8Array(count * stride);
  for (let y = 0, to = 0; y < count; y++) {
    const from = y * (stride + 1) + 1;
    // Rows of a few bytes: a view for each would take longer than copying it.
    if (stride > 64) samples.set(rows.subarray(from, from + stride), to);
    else for (let i = 0; i < stride; i++) samples[to + i] = rows[from + i];
    to += stride;
  }
  return samples;
}

/** Parts of some length: files have them as short as 8 KB, and each would be a call. */
function* inPieces(parts: readonly Buffer[]): Generator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for (const part of parts) {
    held.push(part);
    bytes += part.length;
    if (bytes < PIECE) continue;
    yield held.length === 1 ? held[0] : Buffer.concat(held);
    held = [];
    bytes = 0;
  }
  if (held.length > 0) yield Buffer.concat(held);
}
