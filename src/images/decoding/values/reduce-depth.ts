import type { PictureChange, UsedBits } from '../../picture.js';
import { DamagedPicture } from '../damaged-picture.js';

const STORED_BITS = 16;

/** Keeps the upper 8 of the bits that are used of 16-bit samples, as Pillow does where it reads 16-bit color; a picture comes in parts. */
export class DepthReducer {
  #largest = 0;

  /** @param bitDepth bits that are used, from 8 to 16 */
  constructor(readonly bitDepth = STORED_BITS) {}

  /**
   * Reduces the next part.
   *
   * @param stored bytes of uint16
   * @param order of the bytes
   * @returns uint8 of half as many
   */
  reduce(stored: Uint8Array, order: 'little' | 'big'): Uint8Array {
    const samples = new Uint8Array(stored.length >> 1);
    const shift = this.bitDepth - 8;
    const [low, high] = order === 'little' ? [0, 1] : [1, 0];
    let largest = this.#largest;
    for (let i = 0; i < samples.length; i++) {
      const value = stored[2 * i + low] | (stored[2 * i + high] << 8);
      if (value > largest) largest = value;
      samples[i] = value >> shift;
    }
    this.#largest = largest;
    return samples;
  }

  /**
   * How many of 16 bits the largest sample needs.
   *
   * @throws {DamagedPicture} for a sample that needs more bits than are used
   */
  finish(): PictureChange {
    if (this.#largest >= 2 ** this.bitDepth) {
      throw new DamagedPicture(
        `has a sample of ${this.#largest}, which needs more than ${this.bitDepth} bits (see --bit-depth and --reference-bit-depth)`,
      );
    }
    // 8 bits at least: a black picture shows nothing.
    const used = Math.max(8, Math.ceil(Math.log2(this.#largest + 1))) as UsedBits;
    return `${used}-of-16-bits`;
  }
}
