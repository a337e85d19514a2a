import { DamagedPicture, refuseBadSize } from '../damaged-picture.js';
import type { DecodeSettings } from '../decode-settings.js';
import type { Decoded, Reserve } from '../decoded.js';
import { changesOf, writeRgb } from '../rgb.js';
import { DepthReducer } from '../values/reduce-depth.js';
import { inflateRows, PNG_BITS_OFFSET, readParts, SAMPLES } from './png.js';
import { unfilterRows } from './png-filter.js';

const DEPTH = 16;
const SAMPLE_BYTES = 2;
const PALETTE = 3;

/** Whether a PNG says that it has 16 bits a sample. */
export function isDeepPng(bytes: Buffer): boolean {
  return bytes[PNG_BITS_OFFSET] === DEPTH;
}

/**
 * Decodes PNG files of 16 bits a sample that are not interlaced, by the bits that are used of them. Returns undefined for others, which
 * libvips reads by their high byte.
 *
 * @throws {DamagedPicture} as `decodePlainPng`, and for samples that need more bits than are used
 */
export function decodeDeepPng(
  bytes: Buffer,
  { alpha, pixelLimit, bitDepth }: DecodeSettings,
  reserve: Reserve,
): Decoded | undefined {
  const { header, transparency, packed, hasExif } = readParts(bytes);
  const { width, height, depth, colorType, interlaced } = header;
  refuseBadSize(width, height, pixelLimit);
  if (depth !== DEPTH || colorType === PALETTE || !(colorType in SAMPLES)) return undefined;
  if (interlaced || hasExif || transparency) {
    refuseDepth(
      bitDepth,
      interlaced ? 'with interlacing' : hasExif ? 'with EXIF data' : 'with a transparent color',
    );
    return undefined;
  }
  const channels = SAMPLES[colorType];
  const stride = width * channels * SAMPLE_BYTES;
  const rows = inflateRows(packed, (stride + 1) * height);
  if (!rows) return undefined;
  unfilterRows(rows, stride, height, channels * SAMPLE_BYTES);
  const stored = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const from = y * (stride + 1) + 1;
    stored.set(rows.subarray(from, from + stride), y * stride);
  }
  const reducer = new DepthReducer(bitDepth);
  const samples = reducer.reduce(stored, 'big');
  const change = reducer.finish();
  const pixels = reserve(width * height * 3);
  writeRgb(samples, channels, alpha, pixels);
  return { width, height, pixels, changes: [...changesOf(channels, alpha), change] };
}

/** @throws {DamagedPicture} where other bits than all are used, in a picture of whose bits libvips takes the upper ones */
function refuseDepth(bitDepth: number | undefined, what: string): void {
  if (bitDepth === undefined || bitDepth === DEPTH) return;
  throw new DamagedPicture(`is a 16-bit PNG ${what}, which --bit-depth does not read (save it without)`);
}
