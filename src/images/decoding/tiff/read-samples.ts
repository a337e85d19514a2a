import { DamagedPicture, TRUNCATED } from '../damaged-picture.js';
import type { TiffDirectory } from './tiff-directory.js';
import { undoPredictor } from './undo-predictor.js';
import { unpackSegment } from './unpack-segment.js';

/** A picture of floating-point samples of this size is larger than any that is read whole. */
const MAX_SAMPLE_BYTES = 2 ** 28;
const NOT_PACKED = 1;
const PIECE = 1 << 20;

/** Rows of a picture from `top` on: bytes [rows, width, bands] of `bits / 8` each, interleaved whatever the file has, little-endian. */
export interface TiffBand {
  readonly top: number;
  readonly rows: number;
  readonly samples: Uint8Array;
}

/**
 * The samples of a TIFF picture from its top on, a row of strips or tiles at a time, or less where they are not packed.
 *
 * @throws {DamagedPicture} if they are cut short or damaged
 */
export function* readTiffBands(bytes: Buffer, directory: TiffDirectory): Generator<TiffBand> {
  const { width, height, bands, isPlanar, tile } = directory;
  const sampleBytes = directory.bits[0] / 8;
  const total = width * height * bands * sampleBytes;
  if (total > MAX_SAMPLE_BYTES) {
    throw new DamagedPicture(`has ${total} bytes of samples, more than 256 MiB`);
  }
  const [tileWidth, tileHeight] = tile;
  if (!(tileWidth > 0 && tileHeight > 0)) throw new DamagedPicture('is corrupt: its parts have no size');
  const across = Math.ceil(width / tileWidth);
  const down = Math.ceil(height / tileHeight);
  const layers = isPlanar ? bands : 1;
  if (directory.offsets.length < across * down * layers) throw new DamagedPicture(TRUNCATED);
  if (tileWidth * tileHeight * bands * sampleBytes > MAX_SAMPLE_BYTES) {
    throw new DamagedPicture('is corrupt: one of its parts is larger than any picture');
  }
  const step = rowsAtOnce(directory);
  for (let place = 0; place < down; place++) {
    for (let skip = 0; skip < tileHeight; skip += step) {
      const top = place * tileHeight + skip;
      const rows = Math.min(step, tileHeight - skip, height - top);
      if (rows <= 0) break;
      const read = (column: number, band: number): Segment & { samples: Uint8Array } => {
        const segment = { band, left: column * tileWidth, top, skip, rows };
        const index = band * across * down + place * across + column;
        return { ...segment, samples: readSegment(bytes, directory, index, segment) };
      };
      if (layers === 1 && across === 1 && tileWidth === width) {
        const { samples } = read(0, 0);
        yield { top, rows, samples: samples.subarray(0, rows * width * bands * sampleBytes) };
        continue;
      }
      const samples = new Uint8Array(rows * width * bands * sampleBytes);
      for (let band = 0; band < layers; band++) {
        for (let column = 0; column < across; column++) {
          const segment = read(column, band);
          copySegment(segment.samples, segment, directory, samples);
        }
      }
      yield { top, rows, samples };
    }
  }
}

/** Rows that are read together: all of a strip or tile, or about a megabyte of a strip that is not packed. */
function rowsAtOnce({
  isTiled,
  compression,
  tile: [width, rows],
  bands,
  isPlanar,
  bits,
}: TiffDirectory): number {
  if (isTiled || compression !== NOT_PACKED) return rows;
  const row = width * (isPlanar ? 1 : bands) * (bits[0] / 8);
  return Math.min(rows, Math.max(1, Math.floor(PIECE / row)));
}

interface Segment {
  /** The band that it holds, where bands are stored apart. */
  readonly band: number;
  readonly left: number;
  /** The first of the picture's rows that are wanted, and how many. */
  readonly top: number;
  readonly rows: number;
  /** Rows of the segment before the first that is wanted. */
  readonly skip: number;
}

/** Unpacks a segment from its beginning to the last row that is wanted; one that is not packed, from the first. */
function readSegment(
  bytes: Buffer,
  directory: TiffDirectory,
  index: number,
  { rows, skip }: Segment,
): Uint8Array {
  const { offsets, byteCounts, tile, bands, isPlanar, isTiled, compression } = directory;
  const row = tile[0] * (isPlanar ? 1 : bands) * (directory.bits[0] / 8);
  // A tile is filled up, the last strip is not.
  const size = row * (isTiled ? tile[1] : rows);
  const from = offsets[index];
  const stored = byteCounts[index] ?? size;
  if (from + stored > bytes.length) throw new DamagedPicture(TRUNCATED);
  const first = from + skip * row;
  const unpacked = unpackSegment(compression, bytes.subarray(first, Math.max(first, from + stored)), size);
  return undoPredictor(unpacked, row, directory);
}

function copySegment(
  samples: Uint8Array,
  { band, left, rows }: Segment,
  directory: TiffDirectory,
  out: Uint8Array,
): void {
  const { width, bands, isPlanar, tile } = directory;
  const sampleBytes = directory.bits[0] / 8;
  const wide = Math.min(tile[0], width - left);
  const pixelBytes = (isPlanar ? 1 : bands) * sampleBytes;
  for (let y = 0; y < rows; y++) {
    const from = y * tile[0] * pixelBytes;
    const to = (y * width + left) * bands * sampleBytes;
    if (!isPlanar) {
      out.set(samples.subarray(from, from + wide * pixelBytes), to);
      continue;
    }
    for (let x = 0; x < wide; x++) {
      for (let b = 0; b < sampleBytes; b++) {
        out[to + (x * bands + band) * sampleBytes + b] = samples[from + x * sampleBytes + b];
      }
    }
  }
}
