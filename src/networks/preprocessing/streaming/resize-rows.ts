import { type Framing, frameOf } from '../framing.js';
import type { GraphMethod, Reduction } from '../preprocess.js';
import { antialiasRows } from './antialias-rows.js';
import { interpolateRows } from './interpolate-rows.js';
import {
  collectRows,
  cutPlane,
  type Pixels,
  type PlaneRows,
  rowsOfPixels,
  rowsOfPlane,
} from './plane-rows.js';
import type { Wanted } from './wanted.js';
import { CUBIC, TRIANGLE } from './window-weights.js';

const RESIZE: Readonly<Record<GraphMethod, (source: PlaneRows, wanted: Wanted) => PlaneRows>> = {
  bilinear: (source, size) => antialiasRows(source, size, TRIANGLE),
  'tf1-bilinear': (source, size) => interpolateRows(source, size, 'asymmetric'),
  'torch-bilinear': (source, size) => interpolateRows(source, size, 'half_pixel'),
  'pil-bicubic': (source, size) => antialiasRows(source, size, CUBIC),
  'torch-bicubic-antialias': (source, size) => antialiasRows(source, size, CUBIC),
};

/**
 * Resizes a plane row by row, as the graph in front of a network does.
 *
 * @param source plane, whose rows are read in ascending order
 * @param wanted size of the result in pixels, and which of its columns the rows are to have
 */
export function resizeRows(source: PlaneRows, wanted: Wanted, method: GraphMethod): PlaneRows {
  return RESIZE[method](source, wanted);
}

/** Takes detail above `to` pixels a side out of a plane, which keeps its size. */
export function reduceRows(source: PlaneRows, { to, downsample }: Reduction): PlaneRows {
  const method: GraphMethod = downsample === 'decimate' ? 'tf1-bilinear' : 'bilinear';
  const width = Math.min(source.width, to);
  const height = Math.min(source.height, to);
  const reduced = collectRows(resizeRows(source, { width, height }, method));
  const { width: columns, height: rows } = source;
  return resizeRows(rowsOfPlane(reduced, width, height), { width: columns, height: rows }, method);
}

/**
 * Resizes a picture to a square without a copy of it in floating-point numbers, which would take 12 bytes a pixel and more.
 *
 * @param picture uint8 RGB
 * @param input how it is resized and cut
 * @returns float32 [3, size, size], with the bits that the graph gives
 */
export function resizePicture(
  picture: Pixels,
  input: Framing & { readonly resize: GraphMethod },
  reduction?: Reduction,
): Float32Array {
  const { size, resize: method } = input;
  const { source, resized, left, top } = frameOf(picture, input);
  const out = new Float32Array(3 * size * size);
  for (let channel = 0; channel < 3; channel++) {
    const plane = rowsOfPixels(picture, channel);
    const part = cutPlane(reduction ? reduceRows(plane, reduction) : plane, source);
    const rows = resizeRows(part, { ...resized, left, columns: size }, method);
    out.set(collectRows(cutPlane(rows, { left: 0, top, width: size, height: size })), channel * size * size);
  }
  return out;
}
