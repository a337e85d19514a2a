import type { ResizeMethod } from '../../cards/card.js';
import type { Reduction } from '../preprocess.js';
import { antialiasRows } from './antialias-rows.js';
import { interpolateRows } from './interpolate-rows.js';
import { collectRows, type Pixels, type PlaneRows, rowsOfPixels, rowsOfPlane } from './plane-rows.js';
import { CUBIC, TRIANGLE } from './window-weights.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

const RESIZE: Readonly<Record<ResizeMethod, (source: PlaneRows, size: Size) => PlaneRows>> = {
  bilinear: (source, size) => antialiasRows(source, size, TRIANGLE),
  'tf1-bilinear': (source, size) => interpolateRows(source, size, 'asymmetric'),
  'torch-bilinear': (source, size) => interpolateRows(source, size, 'half_pixel'),
  'pil-bicubic': (source, size) => antialiasRows(source, size, CUBIC),
};

/**
 * Resizes a plane row by row, as the graph in front of a network does.
 *
 * @param source plane, whose rows are read in ascending order
 * @param size of the result in pixels
 */
export function resizeRows(source: PlaneRows, size: Size, method: ResizeMethod): PlaneRows {
  return RESIZE[method](source, size);
}

/** Takes detail above `to` pixels a side out of a plane, which keeps its size. */
export function reduceRows(source: PlaneRows, { to, downsample }: Reduction): PlaneRows {
  const method: ResizeMethod = downsample === 'decimate' ? 'tf1-bilinear' : 'bilinear';
  const width = Math.min(source.width, to);
  const height = Math.min(source.height, to);
  const reduced = collectRows(resizeRows(source, { width, height }, method));
  return resizeRows(rowsOfPlane(reduced, width, height), source, method);
}

/**
 * Resizes a picture to a square without a copy of it in floating-point numbers, which would take 12 bytes a pixel and more.
 *
 * @param picture uint8 RGB
 * @param side of the result in pixels
 * @returns float32 [3, side, side], with the bits that the graph gives
 */
export function resizePicture(
  picture: Pixels,
  side: number,
  { method, reduction }: { readonly method: ResizeMethod; readonly reduction?: Reduction },
): Float32Array {
  const out = new Float32Array(3 * side * side);
  for (let channel = 0; channel < 3; channel++) {
    const plane = rowsOfPixels(picture, channel);
    const source = reduction ? reduceRows(plane, reduction) : plane;
    const resized = collectRows(resizeRows(source, { width: side, height: side }, method));
    out.set(resized, channel * side * side);
  }
  return out;
}
