import { fromHalf } from '../../../archives/float-values.js';
import type { ValueChange, ValueRange } from '../../picture.js';
import { DamagedPicture } from '../damaged-picture.js';

/** NumPy's names of the types of numbers that may stand for pixels, without the byte order. */
export const VALUE_TYPES = ['b1', 'u1', 'i1', 'u2', 'i2', 'u4', 'i4', 'u8', 'i8', 'f2', 'f4', 'f8'] as const;

export type ValueType = (typeof VALUE_TYPES)[number];

/** Least and largest value of a range; beyond half of its width outside, values are of another range. */
const LIMITS: Readonly<Record<ValueRange, readonly [low: number, high: number]>> = {
  '0..1': [0, 1],
  '-1..1': [-1, 1],
  '0..255': [0, 255],
};

/** Bytes of one value: the digit in its type. */
export function valueBytes(type: ValueType): number {
  return Number(type[1]);
}

/**
 * Scales numbers of a range to bytes as torchvision's `save_image` does: `floor(value · 255 + 0.5)` after clamping, in float32 where
 * the values are float32 or less. (StyleGAN's `value · 127.5 + 128` is the same formula for -1..1.) A picture comes in parts.
 */
export class RangeScaler {
  #least = Number.POSITIVE_INFINITY;
  #largest = Number.NEGATIVE_INFINITY;

  constructor(
    readonly type: ValueType,
    readonly range: ValueRange,
  ) {}

  /**
   * Scales the next part.
   *
   * @param bytes values of the type, little-endian
   * @returns uint8 of as many values
   * @throws {DamagedPicture} for values that are not finite
   */
  scale(bytes: Uint8Array): Uint8Array {
    const { type, range } = this;
    const values = readValues(bytes, type);
    const [low, high] = LIMITS[range];
    const single = type === 'f8' ? (value: number) => value : Math.fround;
    const samples = new Uint8Array(values.length);
    let least = this.#least;
    let largest = this.#largest;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (!Number.isFinite(value)) throw new DamagedPicture('holds values that are not finite');
      if (value < least) least = value;
      if (value > largest) largest = value;
      const clamped = Math.min(high, Math.max(low, value));
      const scaled =
        range === '0..255' ? clamped : single(single(single(clamped - low) / (high - low)) * 255);
      samples[i] = Math.floor(single(scaled + 0.5));
    }
    this.#least = least;
    this.#largest = largest;
    return samples;
  }

  /**
   * What is to be known of the values.
   *
   * @throws {DamagedPicture} for values far outside the range
   */
  finish(): ValueChange[] {
    refuseOtherRange(this.#least, this.#largest, this.range);
    return changesOfValues(this.#least, this.#largest, this.range);
  }
}

function refuseOtherRange(least: number, largest: number, range: ValueRange): void {
  const [low, high] = LIMITS[range];
  const margin = (high - low) / 2;
  const outside = largest > high + margin ? largest : least < low - margin ? least : undefined;
  if (outside !== undefined) {
    throw new DamagedPicture(
      `holds the value ${outside}, far outside ${range} (see --range and --reference-range)`,
    );
  }
}

function changesOfValues(least: number, largest: number, range: ValueRange): ValueChange[] {
  const [low, high] = LIMITS[range];
  const changes: ValueChange[] = [];
  if (least < low || largest > high) changes.push('clamped');
  if (range === '-1..1' && least >= 0) changes.push('none-below-0');
  if (range === '0..255' && largest <= 1) changes.push('none-above-1');
  return changes;
}

/** The values as numbers; 64-bit integers are rounded to the nearest double. */
function readValues(bytes: Uint8Array, type: ValueType): Float64Array | Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = valueBytes(type);
  const count = bytes.length / width;
  const values = type === 'f4' || type === 'f2' ? new Float32Array(count) : new Float64Array(count);
  const read = READERS[type];
  for (let i = 0; i < count; i++) values[i] = read(view, i * width);
  return values;
}

const READERS: Readonly<Record<ValueType, (view: DataView, at: number) => number>> = {
  b1: (view, at) => (view.getUint8(at) === 0 ? 0 : 1),
  u1: (view, at) => view.getUint8(at),
  i1: (view, at) => view.getInt8(at),
  u2: (view, at) => view.getUint16(at, true),
  i2: (view, at) => view.getInt16(at, true),
  u4: (view, at) => view.getUint32(at, true),
  i4: (view, at) => view.getInt32(at, true),
  u8: (view, at) => Number(view.getBigUint64(at, true)),
  i8: (view, at) => Number(view.getBigInt64(at, true)),
  f2: (view, at) => fromHalf(view.getUint16(at, true)),
  f4: (view, at) => view.getFloat32(at, true),
  f8: (view, at) => view.getFloat64(at, true),
};
