import type { PictureChange, UsedBits } from '../../picture.js';
import { DamagedPicture } from '../damaged-picture.js';

const STORED_BITS = 16;

/** 8-bit samples, and how many of 16 bits their largest one needs. */
export interface ReducedDepth {
  readonly samples: Uint8Array;
  readonly change: PictureChange;
}

/**
 * Keeps the upper 8 of the bits that are used of 16-bit samples, as Pillow does where it reads 16-bit color.
 *
 * @param stored uint16
 * @param bitDepth bits that are used, from 8 to 16
 * @throws {DamagedPicture} for a sample that needs more bits
 */
export function reduceDepth(stored: Uint16Array, bitDepth = STORED_BITS): ReducedDepth {
  const samples = new Uint8Array(stored.length);
  const shift = bitDepth - 8;
  let largest = 0;
  for (let i = 0; i < stored.length; i++) {
    if (stored[i] > largest) largest = stored[i];
    samples[i] = stored[i] >> shift;
  }
  if (largest >= 2 ** bitDepth) {
    throw new DamagedPicture(
      `has a sample of ${largest}, which needs more than ${bitDepth} bits (see --bit-depth and --reference-bit-depth)`,
    );
  }
  // 8 bits at least: a black picture shows nothing.
  const used = Math.max(8, Math.ceil(Math.log2(largest + 1))) as UsedBits;
  return { samples, change: `${used}-of-16-bits` };
}

/** The uint16 samples in bytes of either order, from an even offset on or copied. */
export function toUint16(bytes: Uint8Array, order: 'little' | 'big'): Uint16Array {
  const samples = new Uint16Array(bytes.length >> 1);
  const [low, high] = order === 'little' ? [0, 1] : [1, 0];
  for (let i = 0; i < samples.length; i++) samples[i] = bytes[2 * i + low] | (bytes[2 * i + high] << 8);
  return samples;
}
