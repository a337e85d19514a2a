import type { Attribute } from '../../onnx/graph.js';
import { GraphBuilder, type Value } from '../../onnx/graph.js';
import type { NetworkCard, ResizeMethod } from '../cards/card.js';
import type { Framing } from './framing.js';
import { isPillow, type PillowMethod } from './pillow/pillow-filters.js';

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

const BICUBIC: Readonly<Record<string, Attribute>> = {
  mode: 'cubic',
  coordinate_transformation_mode: 'half_pixel',
  cubic_coeff_a: { float: -0.5 },
  antialias: 1,
  exclude_outside: 1,
};

/** A way of resizing that the runtime has; the others are done before the graph. */
export type GraphMethod = Exclude<ResizeMethod, PillowMethod>;

const RESIZES: Record<GraphMethod, Readonly<Record<string, Attribute>>> = {
  bilinear: {
    mode: 'linear',
    coordinate_transformation_mode: 'half_pixel',
    antialias: 1,
    exclude_outside: 1,
  },
  'tf1-bilinear': { mode: 'linear', coordinate_transformation_mode: 'asymmetric' },
  'torch-bilinear': { mode: 'linear', coordinate_transformation_mode: 'half_pixel' },
  'torch-bicubic-antialias': BICUBIC,
  'pil-bicubic': BICUBIC,
};

/**
 * The graph between decoded pictures and a network: `image` uint8 RGB [n, h, w, 3], 0–255, any h and w, to `ready`
 * float32 in the layout, size and range of the card. Nothing is rounded on the way. Pictures that have the size
 * already are not resized, and a reduction to their own size or above changes no bit.
 *
 * Where the card resizes as Pillow does, pictures come with its size already, and there are no `planes`: the runtime has no such resizing.
 *
 * @param opset version of the operators, 18 or above (Resize antialiases since then)
 * @param takes whether there is a second input, `planes`: float32 [m, 3, size, size] of pictures that were resized and cut elsewhere, which
 *   follow the others
 */
export function preprocessingGraph(
  input: NetworkCard['input'],
  reduction: Reduction | undefined,
  opset: number,
  takes: 'pictures' | 'pictures and planes' = 'pictures',
): Uint8Array {
  const graph = new GraphBuilder('preprocessing', { opset });
  const { size, resize: method } = input;
  let x: Value;
  if (isPillow(method)) x = toPlanes(graph, graph.input('image', 'uint8', ['n', size, size, 3]));
  else {
    x = resizePictures(graph, { ...input, resize: method }, reduction);
    if (takes === 'pictures and planes') {
      const planes = graph.input('planes', 'float32', ['m', 3, size, size]);
      x = graph.node('Concat', [x, planes], { axis: 0 });
    }
  }
  if (method === 'pil-bicubic') x = graph.node('Clip', [x, graph.scalar(0), graph.scalar(255)]);
  x = graph.node('Mul', [x, channelConstant(graph, input.normalize.scale)]);
  x = graph.node('Add', [x, channelConstant(graph, input.normalize.offset)]);
  if (input.layout === 'NHWC') x = graph.node('Transpose', [x], { perm: [0, 2, 3, 1] });
  graph.output('ready', x, 'float32', input.layout === 'NCHW' ? ['n', 3, size, size] : ['n', size, size, 3]);
  return graph.toBytes();
}

/** Of uint8 [n, h, w, 3]: float32 [n, 3, h, w]. */
function toPlanes(graph: GraphBuilder, image: Value): Value {
  return graph.cast(graph.node('Transpose', [image], { perm: [0, 3, 1, 2] }), 'float32');
}

/** From `image` to planes [n, 3, size, size]. */
function resizePictures(
  graph: GraphBuilder,
  { resize: method, ...framing }: Framing & { readonly resize: GraphMethod },
  reduction: Reduction | undefined,
): Value {
  const { size, resizeTo = size, fit = 'stretch' } = framing;
  const image = graph.input('image', 'uint8', ['n', 'h', 'w', 3]);
  let x = toPlanes(graph, image);
  // As planes [1, n·3, h, w], because the runtime shares out only the second axis among its threads, and because its
  // optimizer moves a Transpose through a Resize with `axes` wrongly (1.30), but through no Reshape.
  x = graph.node('Reshape', [x, graph.integers([1, -1, 0, 0])]);
  if (reduction) x = reduceAndEnlarge(graph, x, reduction);
  const square = graph.integers([resizeTo, resizeTo]);
  const cut = (value: Value, from: Value, to = graph.integers([size, size])) =>
    cutMiddle(graph, value, [from, to], framing);
  if (fit === 'stretch') {
    x = resize(graph, x, square, method);
    x = graph.node('Reshape', [x, graph.integers([-1, 3, resizeTo, resizeTo])]);
    return resizeTo > size ? cut(x, square) : x;
  }
  const sides = graph.node('Shape', [x], { start: 2, end: 4 });
  const short = graph.node('ReduceMin', [sides]);
  if (fit === 'square-first') {
    const middle = cut(x, sides, graph.node('Mul', [short, graph.integers([1, 1])]));
    x = resize(graph, middle, square, method);
    if (resizeTo > size) x = cut(x, square);
  } else {
    const scaled = graph.node('Div', [graph.node('Mul', [sides, square]), short]);
    x = cut(resize(graph, x, scaled, method), scaled);
  }
  return graph.node('Reshape', [x, graph.integers([-1, 3, size, size])]);
}

/** What a card does to a picture, in words for a report. */
export function describePreprocessing(
  { size, resizeTo = size, fit = 'stretch', resize, normalize }: NetworkCard['input'],
  reduction?: Reduction,
): string {
  const cut = resizeTo > size || fit === 'shorter-side' ? `, the middle ${size} × ${size}` : '';
  const reduce = reduction ? `reduced to ${reduction.to} (${reduction.downsample}) and back, ` : '';
  const first = fit === 'square-first' ? 'the middle square, ' : '';
  const sides = fit === 'shorter-side' ? `shorter side ${resizeTo}` : `${resizeTo} × ${resizeTo}`;
  return `${reduce}${first}${resize} to ${sides}${cut}, x · ${describe(normalize.scale)} + ${describe(normalize.offset)}`;
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

function resize(graph: GraphBuilder, x: Value, size: Value, method: GraphMethod): Value {
  return graph.node('Resize', [x, undefined, undefined, size], { ...RESIZES[method], axes: [2, 3] });
}

/** The middle of planes [.., .., from, from], with the sides `to`. */
function cutMiddle(
  graph: GraphBuilder,
  x: Value,
  [from, to]: readonly [from: Value, to: Value],
  { middle = 'floor' }: Framing,
): Value {
  const rest = graph.node('Sub', [from, to]);
  const start =
    middle === 'floor'
      ? graph.node('Div', [rest, graph.integers([2, 2])])
      : graph.cast(
          graph.node('Round', [graph.node('Mul', [graph.cast(rest, 'float32'), graph.scalar(0.5)])]),
          'int64',
        );
  const end = graph.node('Add', [start, to]);
  return graph.node('Slice', [x, start, end, graph.integers([2, 3])]);
}

function channelConstant(graph: GraphBuilder, value: number | readonly number[]): Value {
  if (typeof value === 'number') return graph.scalar(value);
  return graph.constant({ type: 'float32', shape: [3, 1, 1], data: Float32Array.from(value) });
}
