import type { Reduction } from '../preprocess.js';
import { type Pixels, rowsOfPixels } from './plane-rows.js';
import { reduceRows } from './resize-rows.js';

/** Takes detail out of a picture as the graph of a reducer does, rounded to whole levels, without a copy of it in floating-point numbers. */
export function reduceByRows(picture: Pixels, reduction: Reduction): Pixels {
  const { width, height } = picture;
  const pixels = new Uint8Array(width * height * 3);
  for (let channel = 0; channel < 3; channel++) {
    const rows = reduceRows(rowsOfPixels(picture, channel), reduction);
    for (let y = 0; y < height; y++) {
      const { data, start, step } = rows.row(y);
      for (let x = 0; x < width; x++) {
        pixels[(y * width + x) * 3 + channel] = Math.min(
          255,
          Math.max(0, roundHalfEven(data[start + x * step])),
        );
      }
    }
  }
  return { width, height, pixels };
}

/** As ONNX rounds. */
function roundHalfEven(value: number): number {
  const nearest = Math.round(value);
  return nearest - value === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest;
}
