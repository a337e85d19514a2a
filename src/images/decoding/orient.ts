import type { Reserve } from './decoded.js';

/** RGB pixels and their size. */
export interface RgbPixels {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Whether an orientation (EXIF and TIFF tag 274) makes rows of columns. */
export function swapsSides(orientation: number): boolean {
  return orientation >= 5 && orientation <= 8;
}

/**
 * Turns a picture upright.
 *
 * @param orientation 1 to 8 as in EXIF; others change nothing
 * @param reserve gives the memory of the result
 */
export function orient(
  { width, height, pixels }: RgbPixels,
  orientation: number,
  reserve: Reserve,
): RgbPixels {
  const out = reserve(pixels.length);
  if (!(orientation >= 2 && orientation <= 8)) {
    out.set(pixels);
    return { width, height, pixels: out };
  }
  const swaps = swapsSides(orientation);
  const [outWidth, outHeight] = swaps ? [height, width] : [width, height];
  const fromRight = [2, 3, 7, 8].includes(orientation);
  const fromBottom = [3, 4, 6, 7].includes(orientation);
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++) {
      const [column, row] = swaps ? [y, x] : [x, y];
      const fromX = fromRight ? width - 1 - column : column;
      const fromY = fromBottom ? height - 1 - row : row;
      const from = (fromY * width + fromX) * 3;
      const to = (y * outWidth + x) * 3;
      out[to] = pixels[from];
      out[to + 1] = pixels[from + 1];
      out[to + 2] = pixels[from + 2];
    }
  }
  return { width: outWidth, height: outHeight, pixels: out };
}
