import { GraphBuilder, type Value } from '../../src/onnx/graph.js';
import { formulaStream } from '../networks/formula-weights.js';

/** A generator that is linear but for rounding: `clamp(floor(128 + 60 z·W))`, each pixel repeated. */
export interface ToyGenerator {
  /** Numbers of a latent. */
  readonly width: number;
  /** Name of the formula's tensor that is W. */
  readonly key: string;
  /** Rows and columns before they are repeated. */
  readonly rows: number;
  readonly columns: number;
  readonly repeat: number;
  /** 1 for gray. @default 3 */
  readonly channels?: 1 | 3;
  /** Values of the output: bytes, or floating-point numbers of a range, not rounded. @default 'uint8' */
  readonly gives?: 'uint8' | '-1..1' | '0..1' | '0..255';
  /** @default 'nchw' */
  readonly layout?: 'nchw' | 'nhwc';
  /** Latents that it takes at a time. @default any number */
  readonly batch?: number;
  /** Takes a class as a second input, and is brighter the higher it is. */
  readonly classes?: { readonly count: number; readonly as: 'int64' | 'int32' | 'one-hot' };
  /** Element type of the latents, and of classes as a 1 among zeros. @default 'float32' */
  readonly takes?: 'float16' | 'float32' | 'float64';
  /** Sides of a latent as the file declares them. @default [width] */
  readonly latent?: readonly (number | string)[];
  /** Multiplies what is added to gray. @default 60 */
  readonly contrast?: number;
}

/** The generator as an .onnx file. */
export function toyGenerator(toy: ToyGenerator): Uint8Array {
  const { width, key, rows, columns, repeat, channels = 3, gives = 'uint8', layout = 'nchw' } = toy;
  const { batch = 'n', classes, latent = [width], contrast = 60, takes = 'float32' } = toy;
  const graph = new GraphBuilder('toy-generator', { opset: 18 });
  const declared = graph.input('z', takes, [batch, ...latent]);
  const z = graph.node('Reshape', [declared, graph.integers([-1, width])]);
  const sides = rows * columns * channels;
  const data = formulaStream(key, width * sides);
  const matrix = graph.constant({ type: 'float64', shape: [width, sides], data });
  let value = graph.node('MatMul', [graph.cast(z, 'float64'), matrix]);
  value = graph.node('Mul', [value, graph.scalar(contrast, 'float64')]);
  if (classes) value = graph.node('Add', [value, classOffset(graph, { ...classes, takes }, batch)]);
  value = graph.node('Add', [value, graph.scalar(128, 'float64')]);
  if (gives === 'uint8') value = graph.node('Floor', [value]);
  value = graph.node('Clip', [value, graph.scalar(0, 'float64'), graph.scalar(255, 'float64')]);
  value = graph.node('Reshape', [value, graph.integers([-1, channels, rows, 1, columns, 1])]);
  value = graph.node('Expand', [value, graph.integers([1, channels, rows, repeat, columns, repeat])]);
  const [height, side] = [rows * repeat, columns * repeat];
  value = graph.node('Reshape', [value, graph.integers([-1, channels, height, side])]);
  if (layout === 'nhwc') value = graph.node('Transpose', [value], { perm: [0, 2, 3, 1] });
  const shape = layout === 'nchw' ? [batch, channels, height, side] : [batch, height, side, channels];
  if (gives === 'uint8') graph.output('pictures', graph.cast(value, 'uint8'), 'uint8', shape);
  else graph.output('pictures', graph.cast(scaled(graph, value, gives), 'float32'), 'float32', shape);
  return graph.toBytes();
}

function scaled(graph: GraphBuilder, value: Value, range: '-1..1' | '0..1' | '0..255'): Value {
  if (range === '0..255') return value;
  const divided = graph.node('Div', [value, graph.scalar(range === '0..1' ? 255 : 127.5, 'float64')]);
  return range === '0..1' ? divided : graph.node('Sub', [divided, graph.scalar(1, 'float64')]);
}

/** 8 levels for each class, float64 [n, 1]. */
function classOffset(
  graph: GraphBuilder,
  { count, as, takes }: NonNullable<ToyGenerator['classes']> & Required<Pick<ToyGenerator, 'takes'>>,
  batch: number | string,
): Value {
  const scale = (value: Value) =>
    graph.node('Mul', [graph.cast(value, 'float64'), graph.scalar(8, 'float64')]);
  if (as !== 'one-hot') {
    const indices = graph.input('labels', as, [batch]);
    return scale(graph.node('Reshape', [indices, graph.integers([-1, 1])]));
  }
  const hot = graph.input('labels', takes, [batch, count]);
  const numbers = Float32Array.from({ length: count }, (_, i) => i);
  const column = graph.constant({ type: 'float32', shape: [count, 1], data: numbers });
  return scale(graph.node('MatMul', [graph.cast(hot, 'float32'), column]));
}
