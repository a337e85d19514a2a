import { GraphBuilder, type SymbolicShape } from '../../src/onnx/graph.js';
import { float32 } from '../../src/onnx/tensor.js';

interface TinyNetwork {
  readonly opset?: number;
  readonly shape?: SymbolicShape;
  readonly type?: 'float32' | 'uint8';
  /** Below 18, with the operator that takes the mean as it was then. */
  readonly reduceMean?: boolean;
  readonly featuresShape?: SymbolicShape;
  /** Whether the axis of the colors is the last. @default unless the second has 3 */
  readonly channelsLast?: boolean;
  readonly names?: readonly [features: string, logits: string];
}

/** A network whose features are the mean red, green and blue of its input, and whose two logits are red and twice green. */
export function tinyNetwork({
  opset = 18,
  shape = ['n', 3, 8, 8],
  type = 'float32',
  reduceMean = false,
  featuresShape = ['n', 3],
  channelsLast = shape[1] !== 3,
  names: [features, logits] = ['features', 'logits'],
}: TinyNetwork = {}): Uint8Array {
  const graph = new GraphBuilder('tiny', { opset });
  let x = graph.input('image', type, shape);
  if (type !== 'float32') x = graph.cast(x, 'float32');
  if (channelsLast) x = graph.node('Transpose', [x], { perm: [0, 3, 1, 2] });
  const mean = reduceMean
    ? graph.node('ReduceMean', [x], { axes: [2, 3], keepdims: 1 })
    : graph.node('GlobalAveragePool', [x]);
  const rows = graph.node('Flatten', [mean], { axis: 1 });
  graph.output(features, featuresShape.length === 4 ? mean : rows, 'float32', featuresShape);
  const weights = float32(Float32Array.of(1, 0, 0, 2, 0, 0), [3, 2]);
  graph.output(logits, graph.node('MatMul', [rows, graph.constant(weights)]), 'float32', ['n', 2]);
  return graph.toBytes();
}
