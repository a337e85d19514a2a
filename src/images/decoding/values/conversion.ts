import type { PictureChange, ValueRange } from '../../picture.js';
import { DepthReducer } from './reduce-depth.js';
import { RangeScaler, type ValueType } from './scale-range.js';

/** How the stored values of a picture become bytes, a part after the other. */
export interface Conversion {
  convert(stored: Uint8Array): Uint8Array;
  /**
   * What is to be known of the values.
   *
   * @throws {DamagedPicture} for values that are not what the settings say
   */
  finish(): readonly PictureChange[];
}

/** Bytes. */
export const AS_THEY_ARE: Conversion = { convert: (stored) => stored, finish: () => [] };

/** Numbers of a range. */
export function scaleOf(type: ValueType, range: ValueRange): Conversion {
  const scaler = new RangeScaler(type, range);
  return { convert: (stored) => scaler.scale(stored), finish: () => scaler.finish() };
}

/** uint16, little-endian, of which some bits are used. */
export function reductionOf(bitDepth: number | undefined): Conversion {
  const reducer = new DepthReducer(bitDepth);
  return { convert: (stored) => reducer.reduce(stored, 'little'), finish: () => [reducer.finish()] };
}
