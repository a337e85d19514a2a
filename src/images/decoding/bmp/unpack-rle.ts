import type { BmpHeader } from './bmp-header.js';

const END_OF_ROW = 0;
const END_OF_PICTURE = 1;
const DELTA = 2;

/**
 * Unpacks the run lengths of a BMP to one byte a pixel, rows without filling. What is skipped is color 0.
 *
 * @returns uint8 [height, width]
 */
export function unpackRle(packed: Uint8Array, { width, height, compression }: BmpHeader): Uint8Array {
  const out = new Uint8Array(width * height);
  const isNibbles = compression === 'rle4';
  let x = 0;
  let y = 0;
  const put = (color: number) => {
    if (x < width && y < height) out[y * width + x] = color;
    x++;
  };
  for (let at = 0; at + 1 < packed.length && y < height; ) {
    const count = packed[at];
    const value = packed[at + 1];
    at += 2;
    if (count > 0) {
      for (let i = 0; i < count; i++) put(isNibbles ? (i % 2 === 0 ? value >> 4 : value & 15) : value);
    } else if (value === END_OF_ROW) {
      x = 0;
      y++;
    } else if (value === END_OF_PICTURE) break;
    else if (value === DELTA) {
      x += packed[at] ?? 0;
      y += packed[at + 1] ?? 0;
      at += 2;
    } else {
      for (let i = 0; i < value; i++) {
        const byte = packed[at + (isNibbles ? i >> 1 : i)] ?? 0;
        put(isNibbles ? (i % 2 === 0 ? byte >> 4 : byte & 15) : byte);
      }
      const bytes = isNibbles ? (value + 1) >> 1 : value;
      // Pieces begin at even bytes.
      at += bytes + (bytes % 2);
    }
  }
  return out;
}
