import type { Size } from '../framing.js';
import type { Reduction } from '../preprocess.js';

/** Bytes that the graph in front of a network may take for the pictures of one run, beside the network. */
export const MAX_GRAPH_BYTES = 2 ** 27;

/**
 * Bytes that the graph takes to resize one picture: it holds the picture as planes of uint8 and of float32, what is reduced and enlarged
 * again, all rows at the width of the result, and a weight for each row and column that goes into one of the result's.
 *
 * @param size of the picture in pixels
 * @param result its size in pixels, before anything is cut out of it
 */
export function graphBytes({ width, height }: Size, result: Size, reduction: Reduction | undefined): number {
  const samples = 3 * width * height;
  const reduced = reduction ? 4 * samples : 0;
  // A result that is no square may be far larger than what is cut out of it.
  const long = result.width === result.height ? 0 : 12 * result.width * result.height;
  return 5 * samples + reduced + 12 * height * result.width + long + 8 * (width + height);
}

/**
 * Whether a picture is resized row by row, outside the graph. It depends on the sizes alone, so that a picture always goes the same way.
 */
export function isLarge(size: Size, result: Size, reduction: Reduction | undefined): boolean {
  return graphBytes(size, result, reduction) > MAX_GRAPH_BYTES;
}
