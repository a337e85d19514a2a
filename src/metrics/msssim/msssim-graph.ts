import { GraphBuilder, type Value } from '../../onnx/graph.js';

const WINDOW = 11;
const SIGMA = 1.5;
const DATA_RANGE = 255;
const C1 = (0.01 * DATA_RANGE) ** 2;
const C2 = (0.03 * DATA_RANGE) ** 2;

/**
 * Outputs along one side that one filter matrix makes. A matrix for a whole side costs its length for every output; tiles of
 * this size cost 42 instead, which measured fastest from 64 to 256 pixels.
 */
const TILE = 32;

// Axes of the stack that runs through the graph: [sum and difference, pairs, channels, height, width].
const ROWS = 3;
const COLUMNS = 4;

/** The size that pictures of one graph share. */
export interface PairShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * An ONNX model of the terms of MS-SSIM (Wang et al. 2003) as Google's 2016 code computes them, in float64.
 *
 * Inputs `a` and `b`: uint8 [n, height, width, channels]. Output `terms`: float64 [n, numLevels], the mean contrast-structure
 * of every level but the last, then the mean SSIM of the last; means are over positions and channels of one pair. The 'valid'
 * Gaussian is separable: two products with banded matrices, exact in float64 where the runtime's Conv has float32 only.
 */
export function buildMsssimGraph({ height, width, channels }: PairShape, numLevels: number): Uint8Array {
  const graph = new GraphBuilder('ms-ssim', { opset: 18 });
  let stack = stackOf(graph, 'uint8', ['n', height, width, channels]);
  const sums: Value[] = [];
  const counts: number[] = [];
  let size = { height, width };
  for (let level = 1; level <= numLevels; level++) {
    const window = gaussianWindow(windowOf(size.height, size.width));
    const { map, shape } = levelMap(
      graph,
      stack,
      { shape: { ...size, channels }, window },
      level === numLevels,
    );
    sums.push(sumOfPair(graph, map, shape));
    counts.push(shape.channels * shape.height * shape.width);
    if (level === numLevels) break;
    stack = halve(graph, stack, { ...size, channels });
    size = { height: Math.ceil(size.height / 2), width: Math.ceil(size.width / 2) };
  }
  // Divided together: the runtime would fuse a product and its own scalar into one node whose factor is a float32.
  const divisors = graph.constant({ type: 'float64', shape: [numLevels], data: Float64Array.from(counts) });
  const terms = graph.node('Div', [graph.node('Concat', sums, { axis: 1 }), divisors]);
  graph.output('terms', terms, 'float64', ['n', numLevels]);
  return graph.toBytes();
}

/** Positions of one level that are computed together. */
export interface MapTile {
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  /** Side of the Gaussian window, which the pixels of the tile exceed its positions by, less one. */
  readonly window: number;
  /** Bytes of a picture, or means of them. */
  readonly type: 'uint8' | 'float32';
  /** Whether the level is the last, whose term is the whole SSIM. */
  readonly isLast: boolean;
}

/**
 * An ONNX model of the sums over the rows of a tile of one level's map, by the arithmetic of `buildMsssimGraph`: a row has the same
 * bits in both.
 *
 * Inputs `a` and `b`: [1, rows + window − 1, columns + window − 1, channels], and `inside`: float64 [columns, 1], 1 for the
 * columns that count and 0 for those that stand beyond the edge. Output `sums`: float64 [channels, rows].
 */
export function buildTileGraph({ rows, columns, channels, window, type, isLast }: MapTile): Uint8Array {
  const graph = new GraphBuilder('ms-ssim-tile', { opset: 18 });
  const shape = { channels, height: rows + window - 1, width: columns + window - 1 };
  const stack = stackOf(graph, type, [1, shape.height, shape.width, channels]);
  const inside = graph.input('inside', 'float64', [columns, 1]);
  const level = { shape, window: gaussianWindow(window) };
  const { map } = levelMap(graph, stack, level, isLast);
  const sums = graph.node('Reshape', [graph.node('MatMul', [map, inside]), graph.integers([channels, rows])]);
  graph.output('sums', sums, 'float64', [channels, rows]);
  return graph.toBytes();
}

/** Side of the window of a level whose smaller side may be less than the algorithm's 11. */
export function windowOf(height: number, width: number): number {
  return Math.min(WINDOW, height, width);
}

/**
 * Declares the inputs `a` and `b` [n, height, width, channels], and makes the stack [2, n, channels, height, width] of s = a + b and
 * d = a − b: every term needs the means of s, d, s² and d² only, four filters instead of five.
 */
function stackOf(graph: GraphBuilder, type: 'uint8' | 'float32', shape: readonly (number | string)[]): Value {
  const planes = ['a', 'b'].map((name) => {
    const transposed = graph.node('Transpose', [graph.input(name, type, shape)], { perm: [0, 3, 1, 2] });
    return graph.node('Unsqueeze', [graph.cast(transposed, 'float64'), graph.integers([0])]);
  });
  return graph.node('Concat', [graph.node('Add', planes), graph.node('Sub', planes)], { axis: 0 });
}

/** The Gaussian of a window that may be smaller than the algorithm's, with σ scaled alike; sums to 1. */
function gaussianWindow(size: number): Float64Array {
  const sigma = (size * SIGMA) / WINDOW;
  const weights = Float64Array.from({ length: size }, (_, i) =>
    Math.exp(-((i - (size - 1) / 2) ** 2) / (2 * sigma * sigma)),
  );
  const sum = weights.reduce((total, weight) => total + weight);
  return weights.map((weight) => weight / sum);
}

/** One level's term at every position: SSIM for the last level, its contrast-structure factor alone for the others. */
function levelMap(
  graph: GraphBuilder,
  stack: Value,
  { shape, window }: { readonly shape: PairShape; readonly window: Float64Array },
  isLast: boolean,
): { map: Value; shape: PairShape } {
  const means = filter(graph, stack, shape, window);
  const squaredMeans = graph.node('Mul', [means, means]);
  const meanSquares = filter(graph, graph.node('Mul', [stack, stack]), shape, window);
  const variances = graph.node('Sub', [meanSquares, squaredMeans]);
  // var s − var d = 4 cov(a, b) and var s + var d = 2 (var a + var b): the factor (2 cov + C2) / (var + var + C2) doubled.
  let map = contrast(graph, variances, 2 * C2);
  if (isLast) map = graph.node('Mul', [map, contrast(graph, squaredMeans, 2 * C1)]);
  const lost = window.length - 1;
  const filtered = { channels: shape.channels, height: shape.height - lost, width: shape.width - lost };
  return { map, shape: filtered };
}

/** (s − d + c) / (s + d + c) of the two halves of a stack. */
function contrast(graph: GraphBuilder, stack: Value, constant: number): Value {
  const [s, d] = graph.nodes('Split', [stack], 2, { axis: 0, num_outputs: 2 });
  const c = graph.scalar(constant, 'float64');
  const over = graph.node('Add', [graph.node('Sub', [s, d]), c]);
  const under = graph.node('Add', [graph.node('Add', [s, d]), c]);
  return graph.node('Div', [over, under]);
}

/**
 * Sum over channels and positions [n, 1] as products with ones: ReduceSum adds in an order that depends on where a row starts in
 * memory, so that a pair's last bits would depend on its place in the batch.
 */
function sumOfPair(graph: GraphBuilder, map: Value, { channels, height, width }: PairShape): Value {
  const ones = (count: number) =>
    graph.constant({ type: 'float64', shape: [count, 1], data: new Float64Array(count).fill(1) });
  const rowSums = graph.node('MatMul', [map, ones(width)]);
  const perPair = graph.node('Reshape', [rowSums, graph.integers([-1, channels * height])]);
  return graph.node('MatMul', [perPair, ones(channels * height)]);
}

function filter(graph: GraphBuilder, stack: Value, shape: PairShape, window: Float64Array): Value {
  const filtered = filterAlong(graph, stack, { axis: COLUMNS, length: shape.width }, window);
  return filterAlong(graph, filtered, { axis: ROWS, length: shape.height }, window);
}

/** Filters one axis of `length` with the window, 'valid': length − window + 1 outputs. */
function filterAlong(
  graph: GraphBuilder,
  stack: Value,
  { axis, length }: { readonly axis: number; readonly length: number },
  window: Float64Array,
): Value {
  const outputs = length - window.length + 1;
  const numTiles = Math.ceil(outputs / TILE);
  const matrices = new Map<number, Value>();
  const tiles = Array.from({ length: numTiles }, (_, i) => {
    const start = Math.floor((i * outputs) / numTiles);
    const end = Math.floor(((i + 1) * outputs) / numTiles);
    const tile = numTiles === 1 ? stack : slice(graph, stack, { axis, start, end: end + window.length - 1 });
    const matrix = matrices.get(end - start) ?? bandMatrix(graph, axis, end - start, window);
    matrices.set(end - start, matrix);
    return graph.node('MatMul', axis === COLUMNS ? [tile, matrix] : [matrix, tile]);
  });
  return numTiles === 1 ? tiles[0] : graph.node('Concat', tiles, { axis });
}

/** A part of one axis. */
interface Part {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
}

function slice(graph: GraphBuilder, value: Value, { axis, start, end }: Part): Value {
  return graph.node('Slice', [value, graph.integers([start]), graph.integers([end]), graph.integers([axis])]);
}

/** The matrix that filters `outputs` + window − 1 values: on the right for columns, on the left for rows. */
function bandMatrix(graph: GraphBuilder, axis: number, outputs: number, window: Float64Array): Value {
  const inputs = outputs + window.length - 1;
  const data = new Float64Array(inputs * outputs);
  for (let output = 0; output < outputs; output++) {
    for (let k = 0; k < window.length; k++) {
      const at = axis === COLUMNS ? (output + k) * outputs + output : output * inputs + output + k;
      data[at] = window[k];
    }
  }
  const shape = axis === COLUMNS ? [inputs, outputs] : [outputs, inputs];
  return graph.constant({ type: 'float64', shape, data });
}

/** 2×2 means; an odd side is padded symmetrically, which repeats its last row or column. */
function halve(graph: GraphBuilder, stack: Value, { height, width, channels }: PairShape): Value {
  let even = stack;
  if (height % 2 === 1 || width % 2 === 1) {
    const padding = graph.integers([0, 0, 0, 0, 0, 0, 0, 0, height % 2, width % 2]);
    even = graph.node('Pad', [stack, padding], { mode: 'edge' });
  }
  const sides = [2, -1, channels, Math.ceil(height / 2), 2, Math.ceil(width / 2), 2];
  const blocks = graph.node('Reshape', [even, graph.integers(sides)]);
  return graph.node('ReduceMean', [blocks, graph.integers([4, 6])], { keepdims: 0 });
}
