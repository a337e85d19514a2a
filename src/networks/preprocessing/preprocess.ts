import type { Attribute } from '../../onnx/graph.js';
import { GraphBuilder, type Value } from '../../onnx/graph.js';
import type { NetworkCard, ResizeMethod } from '../cards/card.js';

/** Changes whenever the same card and pictures would give the network other numbers. Part of the cache key. */
export const PREPROCESSING_VERSION = 1;

/**
 * How pictures are reduced before they are enlarged again, when accuracy is measured at a lower resolution:
 * - `decimate`: TensorFlow 1's bilinear without antialiasing, which the AC-GAN paper's code used
 * - `antialias`: half-pixel bilinear, antialiased
 */
export type Downsample = 'decimate' | 'antialias';

export interface Reduction {
  /** Height and width to reduce to; a side that is no larger stays. */
  readonly to: number;
  readonly downsample: Downsample;
}

const RESIZES: Record<ResizeMethod, Readonly<Record<string, Attribute>>> = {
  bilinear: {
    mode: 'linear',
    coordinate_transformation_mode: 'half_pixel',
    antialias: 1,
    exclude_outside: 1,
  },
  'tf1-bilinear': { mode: 'linear', coordinate_transformation_mode: 'asymmetric' },
  'torch-bilinear': { mode: 'linear', coordinate_transformation_mode: 'half_pixel' },
  'pil-bicubic': {
    mode: 'cubic',
    coordinate_transformation_mode: 'half_pixel',
    cubic_coeff_a: { float: -0.5 },
    antialias: 1,
    exclude_outside: 1,
  },
};

/**
 * The graph between decoded pictures and a network: `image` uint8 RGB [n, h, w, 3], 0–255, any h and w, to `ready`
 * float32 in the layout, size and range of the card. Nothing is rounded on the way. Pictures that have the size
 * already are not resized, and a reduction to their own size or above changes no bit.
 *
 * @param opset version of the operators, 18 or above (Resize antialiases since then)
 * @param takes whether there is a second input, `planes`: float32 [m, 3, side, side] of pictures that were resized elsewhere, which
 *   follow the others
 */
export function preprocessingGraph(
  input: NetworkCard['input'],
  reduction: Reduction | undefined,
  opset: number,
  takes: 'pictures' | 'pictures and planes' = 'pictures',
): Uint8Array {
  const graph = new GraphBuilder('preprocessing', { opset });
  const image = graph.input('image', 'uint8', ['n', 'h', 'w', 3]);
  const { size, resizeTo = size } = input;
  let x = graph.cast(graph.node('Transpose', [image], { perm: [0, 3, 1, 2] }), 'float32');
  // As planes [1, n·3, h, w], because the runtime shares out only the second axis among its threads, and because its
  // optimizer moves a Transpose through a Resize with `axes` wrongly (1.30), but through no Reshape.
  x = graph.node('Reshape', [x, graph.integers([1, -1, 0, 0])]);
  if (reduction) x = reduceAndEnlarge(graph, x, reduction);
  x = resize(graph, x, graph.integers([resizeTo, resizeTo]), input.resize);
  x = graph.node('Reshape', [x, graph.integers([-1, 3, resizeTo, resizeTo])]);
  if (takes === 'pictures and planes') {
    x = graph.node('Concat', [x, graph.input('planes', 'float32', ['m', 3, resizeTo, resizeTo])], {
      axis: 0,
    });
  }
  if (resizeTo > size) x = cutMiddle(graph, x, resizeTo, size);
  if (input.resize === 'pil-bicubic') x = graph.node('Clip', [x, graph.scalar(0), graph.scalar(255)]);
  x = graph.node('Mul', [x, channelConstant(graph, input.normalize.scale)]);
  x = graph.node('Add', [x, channelConstant(graph, input.normalize.offset)]);
  if (input.layout === 'NHWC') x = graph.node('Transpose', [x], { perm: [0, 2, 3, 1] });
  graph.output('ready', x, 'float32', input.layout === 'NCHW' ? ['n', 3, size, size] : ['n', size, size, 3]);
  return graph.toBytes();
}

/** What a card does to a picture, in words for a report. */
export function describePreprocessing(
  { size, resizeTo = size, resize, normalize }: NetworkCard['input'],
  reduction?: Reduction,
): string {
  const cut = resizeTo > size ? `, the middle ${size} × ${size}` : '';
  const reduce = reduction ? `reduced to ${reduction.to} (${reduction.downsample}) and back, ` : '';
  return `${reduce}${resize} to ${resizeTo} × ${resizeTo}${cut}, x · ${describe(normalize.scale)} + ${describe(normalize.offset)}`;
}

/** One number for all channels, or red, green and blue's, with six digits. */
function describe(numbers: number | readonly number[]): string {
  const [first, ...others] = [numbers].flat().map((each) => String(Number(each.toPrecision(6))));
  return others.length === 0 ? first : `[${[first, ...others].join(', ')}]`;
}

/** Takes detail above `to` pixels a side out of the planes [1, n·3, h, w], which keep their size. */
export function reduceAndEnlarge(graph: GraphBuilder, x: Value, { to, downsample }: Reduction): Value {
  const method = downsample === 'decimate' ? 'tf1-bilinear' : 'bilinear';
  const size = graph.node('Shape', [x], { start: 2, end: 4 });
  const reduced = graph.node('Min', [size, graph.integers([to, to])]);
  return resize(graph, resize(graph, x, reduced, method), size, method);
}

function resize(graph: GraphBuilder, x: Value, size: Value, method: ResizeMethod): Value {
  return graph.node('Resize', [x, undefined, undefined, size], { ...RESIZES[method], axes: [2, 3] });
}

/** The middle of [n, 3, from, from]; an odd pixel is lost at the right and below, as in Hugging Face's center_crop. */
function cutMiddle(graph: GraphBuilder, x: Value, from: number, size: number): Value {
  const start = Math.floor((from - size) / 2);
  const bounds = [start, start + size].map((at) => graph.integers([at, at]));
  return graph.node('Slice', [x, ...bounds, graph.integers([2, 3])]);
}

function channelConstant(graph: GraphBuilder, value: number | readonly number[]): Value {
  if (typeof value === 'number') return graph.scalar(value);
  return graph.constant({ type: 'float32', shape: [3, 1, 1], data: Float32Array.from(value) });
}
