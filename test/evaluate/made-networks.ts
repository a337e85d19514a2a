import { writeFile } from 'node:fs/promises';
import { GraphBuilder, type Value } from '../../src/onnx/graph.js';

/** What a made network does to its features, and to its logits. */
export interface MadeNetwork {
  /** Takes the mean of each picture and divides by its standard deviation: a picture of one color gives 0/0. */
  readonly standardize?: boolean;
  /** Multiplies the features, but not the logits. @default 1 */
  readonly scale?: number;
  readonly logits?: 'plain' | 'Softmax' | 'LogSoftmax';
}

const CLASSES = 10;
const FEATURES = 48;

/** Writes an .onnx file of 32×32 pictures: 48 features are means of blocks, 10 logits are weighted sums of them. */
export async function writeNetwork(path: string, network: MadeNetwork = {}): Promise<string> {
  const { standardize = false, scale = 1, logits = 'plain' } = network;
  const graph = new GraphBuilder('made', { opset: 18 });
  const image = graph.input('image', 'float32', ['n', 3, 32, 32]);
  const x = standardize ? standardizePictures(graph, image) : image;
  const blocks = graph.node('AveragePool', [x], { kernel_shape: [8, 8], strides: [8, 8] });
  const rows = graph.node('Flatten', [blocks], { axis: 1 });
  graph.output('features', graph.node('Mul', [rows, graph.scalar(scale)]), 'float32', ['n', FEATURES]);
  const data = Float32Array.from({ length: FEATURES * CLASSES }, (_, i) => 4 * Math.sin(1.7 * i * i));
  const weights = graph.constant({ type: 'float32', shape: [FEATURES, CLASSES], data });
  const sums = graph.node('MatMul', [rows, weights]);
  const out = logits === 'plain' ? sums : graph.node(logits, [sums], { axis: 1 });
  graph.output('logits', out, 'float32', ['n', CLASSES]);
  await writeFile(path, graph.toBytes());
  return path;
}

function standardizePictures(graph: GraphBuilder, image: Value): Value {
  const overPicture = (value: Value) =>
    graph.node('ReduceMean', [value, graph.integers([1, 2, 3])], { keepdims: 1 });
  const centered = graph.node('Sub', [image, overPicture(image)]);
  const variance = overPicture(graph.node('Mul', [centered, centered]));
  return graph.node('Div', [centered, graph.node('Sqrt', [variance])]);
}
