import { DamagedPicture } from '../damaged-picture.js';
import type { TiffDirectory } from './tiff-directory.js';

const NONE = 1;
const HORIZONTAL = 2;
const FLOATING_POINT = 3;

type Facts = Pick<TiffDirectory, 'predictor' | 'bits' | 'formats' | 'bands' | 'isPlanar' | 'isLittleEndian'>;

/**
 * Undoes the predictor of unpacked rows (TIFF 6.0, section 14; Adobe's technical note 3, 2005) and brings their samples into
 * little-endian order, in place.
 *
 * @param row bytes of a row
 * @throws {DamagedPicture} for a predictor that does not fit the samples
 */
export function undoPredictor(segment: Uint8Array, row: number, facts: Facts): Uint8Array {
  const { predictor, bits, formats, bands, isPlanar, isLittleEndian } = facts;
  const sampleBytes = bits[0] / 8;
  const step = isPlanar ? 1 : bands;
  if (predictor === FLOATING_POINT) {
    if (formats[0] !== 3) throw new DamagedPicture('is corrupt: its predictor is for floating-point samples');
    for (let at = 0; at < segment.length; at += row)
      undoFloat(segment.subarray(at, at + row), step, sampleBytes);
    return segment;
  }
  if (!isLittleEndian) swapBytes(segment, sampleBytes);
  if (predictor === NONE) return segment;
  if (predictor !== HORIZONTAL || sampleBytes > 2) {
    throw new DamagedPicture(`has the predictor ${predictor} for ${bits[0]}-bit samples, which is not read`);
  }
  for (let at = 0; at < segment.length; at += row) {
    const bytes = segment.subarray(at, at + row);
    if (sampleBytes === 1) for (let i = step; i < row; i++) bytes[i] += bytes[i - step];
    else addLeft16(bytes, step);
  }
  return segment;
}

function addLeft16(row: Uint8Array, step: number): void {
  for (let i = 2 * step; i + 1 < row.length; i += 2) {
    const left = row[i - 2 * step] | (row[i - 2 * step + 1] << 8);
    const value = (row[i] | (row[i + 1] << 8)) + left;
    row[i] = value & 255;
    row[i + 1] = (value >> 8) & 255;
  }
}

/** Bytes of a row stand by significance, the highest of all samples first, each the difference to the one `step` before. */
function undoFloat(row: Uint8Array, step: number, sampleBytes: number): void {
  for (let i = step; i < row.length; i++) row[i] += row[i - step];
  const planes = row.slice();
  const samples = row.length / sampleBytes;
  for (let i = 0; i < samples; i++) {
    for (let b = 0; b < sampleBytes; b++)
      row[i * sampleBytes + b] = planes[(sampleBytes - 1 - b) * samples + i];
  }
}

function swapBytes(bytes: Uint8Array, width: number): void {
  for (let at = 0; at + width <= bytes.length; at += width) bytes.subarray(at, at + width).reverse();
}
