import { DamagedPicture } from '../damaged-picture.js';

const CLEAR = 256;
const END = 257;
const FIRST_FREE = 258;
const MAX_CODES = 4096;

/**
 * Unpacks TIFF's LZW (TIFF 6.0, section 13: codes of 9 to 12 bits, highest bit first, one code early).
 *
 * @param out filled from its beginning; what is packed beyond its end is left out
 * @returns bytes written
 * @throws {DamagedPicture} for a code that does not exist yet
 */
export function unpackLzw(packed: Uint8Array, out: Uint8Array): number {
  // Each code is an earlier piece of the output: where it begins, and how long it is.
  const starts = new Int32Array(MAX_CODES);
  const lengths = new Int32Array(MAX_CODES);
  let free = FIRST_FREE;
  let width = 9;
  let previous = -1;
  let previousAt = 0;
  let written = 0;
  let held = 0;
  let heldBits = 0;
  for (let at = 0; at < packed.length || heldBits >= width; ) {
    while (heldBits < width && at < packed.length) {
      held = ((held << 8) | packed[at++]) & 0xffffff;
      heldBits += 8;
    }
    if (heldBits < width) break;
    const code = (held >> (heldBits - width)) & ((1 << width) - 1);
    heldBits -= width;
    if (code === END || written >= out.length) break;
    if (code === CLEAR) {
      free = FIRST_FREE;
      width = 9;
      previous = -1;
      continue;
    }
    if (previous >= 0 && free < MAX_CODES) {
      // The previous piece and the byte that follows it, which is the first of this one.
      starts[free] = previousAt;
      lengths[free] = (previous < CLEAR ? 1 : lengths[previous]) + 1;
      free++;
    }
    const begin = written;
    if (code < CLEAR) out[written++] = code;
    else {
      if (code >= free) throw new DamagedPicture('is corrupt: it has an LZW code that does not exist');
      const end = Math.min(out.length, written + lengths[code]);
      for (let from = starts[code]; written < end; ) out[written++] = out[from++];
    }
    previous = code;
    previousAt = begin;
    if (free >= (1 << width) - 1 && width < 12) width++;
  }
  return written;
}
