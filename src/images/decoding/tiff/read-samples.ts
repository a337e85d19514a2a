import { DamagedPicture, TRUNCATED } from '../damaged-picture.js';
import type { TiffDirectory } from './tiff-directory.js';
import { undoPredictor } from './undo-predictor.js';
import { unpackSegment } from './unpack-segment.js';

/** A picture of floating-point samples of this size is larger than any that is read whole. */
const MAX_SAMPLE_BYTES = 2 ** 28;

/**
 * The samples of a TIFF picture, interleaved whatever the file has, little-endian.
 *
 * @returns bytes [height, width, bands] of `bits / 8` each
 * @throws {DamagedPicture} if they are cut short or damaged
 */
export function readTiffSamples(bytes: Buffer, directory: TiffDirectory): Uint8Array {
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
  const segments = across * down * (isPlanar ? bands : 1);
  if (directory.offsets.length < segments) throw new DamagedPicture(TRUNCATED);
  if (tileWidth * tileHeight * bands * sampleBytes > MAX_SAMPLE_BYTES) {
    throw new DamagedPicture('is corrupt: one of its parts is larger than any picture');
  }
  const out = new Uint8Array(total);
  for (let index = 0; index < segments; index++) {
    const place = index % (across * down);
    const segment: Segment = {
      band: isPlanar ? Math.floor(index / (across * down)) : 0,
      left: (place % across) * tileWidth,
      top: Math.floor(place / across) * tileHeight,
    };
    copySegment(readSegment(bytes, directory, index, segment), segment, directory, out);
  }
  return out;
}

interface Segment {
  /** The band that it holds, where bands are stored apart. */
  readonly band: number;
  readonly left: number;
  readonly top: number;
}

/** Rows that a segment holds: a tile is filled up, the last strip is not. */
function rowsOf({ height, isTiled, tile: [, rows] }: TiffDirectory, { top }: Segment): number {
  return isTiled ? rows : Math.min(rows, height - top);
}

function readSegment(bytes: Buffer, directory: TiffDirectory, index: number, segment: Segment): Uint8Array {
  const { offsets, byteCounts, tile, bands, isPlanar, compression } = directory;
  const row = tile[0] * (isPlanar ? 1 : bands) * (directory.bits[0] / 8);
  const size = row * rowsOf(directory, segment);
  const from = offsets[index];
  const stored = byteCounts[index] ?? size;
  if (from + stored > bytes.length) throw new DamagedPicture(TRUNCATED);
  const unpacked = unpackSegment(compression, bytes.subarray(from, from + stored), size);
  return undoPredictor(unpacked, row, directory);
}

function copySegment(
  samples: Uint8Array,
  { band, left, top }: Segment,
  directory: TiffDirectory,
  out: Uint8Array,
): void {
  const { width, height, bands, isPlanar, tile } = directory;
  const sampleBytes = directory.bits[0] / 8;
  const wide = Math.min(tile[0], width - left);
  const high = Math.min(tile[1], height - top);
  const pixelBytes = (isPlanar ? 1 : bands) * sampleBytes;
  for (let y = 0; y < high; y++) {
    const from = y * tile[0] * pixelBytes;
    const to = ((top + y) * width + left) * bands * sampleBytes;
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
