import { GraphBuilder, type Value } from '../../onnx/graph.js';
import type { NetworkCard } from '../cards/card.js';

/**
 * The graph in front of a network of pairs: `a` and `b` RGB [n, h, w, 3], 0–255, to `ready` float32 [2n, 3, h, w] with the n pictures of
 * `a` before those of `b`. With `resizes`, the normalized pictures are multiplied with `rows` [height, h] from the left and with `columns`
 * [w, width] from the right, which resizes them.
 *
 * @param type of `a` and `b`
 * @param opset version of the operators
 */
export function pairGraph(
  { normalize }: NetworkCard['input'],
  type: 'uint8' | 'float32',
  resizes: boolean,
  opset: number,
): Uint8Array {
  const graph = new GraphBuilder('pairs', { opset });
  const pictures = ['a', 'b'].map((name) => graph.input(name, type, ['n', 'h', 'w', 3]));
  const both = graph.node('Concat', pictures, { axis: 0 });
  const planes = graph.node('Transpose', [both], { perm: [0, 3, 1, 2] });
  let x = type === 'uint8' ? graph.cast(planes, 'float32') : planes;
  x = graph.node('Mul', [x, perChannel(graph, normalize.scale)]);
  x = graph.node('Add', [x, perChannel(graph, normalize.offset)]);
  if (resizes) {
    x = graph.node('MatMul', [graph.input('rows', 'float32', ['height', 'h']), x]);
    x = graph.node('MatMul', [x, graph.input('columns', 'float32', ['w', 'width'])]);
  }
  graph.output('ready', x, 'float32', ['pictures', 3, 'height', 'width']);
  return graph.toBytes();
}

function perChannel(graph: GraphBuilder, value: number | readonly number[]): Value {
  const data = Float32Array.from([value].flat());
  return graph.constant({ type: 'float32', shape: [data.length, 1, 1], data });
}
