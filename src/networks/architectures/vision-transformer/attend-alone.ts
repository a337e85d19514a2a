import type { Value } from '../../../onnx/graph.js';
import type { AttentionNames, RowsOf } from './spec.js';
import type { VisionLayers } from './vision-layers.js';
import { partOf, transpose } from './weight-maths.js';

/**
 * Attention of one query per picture over its tokens, without their keys and values, which would be most of the work: the query goes
 * through the matrix of the keys instead, and the weighed mean of the tokens through that of the values. Exact: products are only taken
 * in another order. The bias of the keys adds the same to all scores of a query, so that it drops out.
 *
 * @param query [n or 1, width]
 * @param tokens what keys and values are made of: [n, tokens, width]
 * @returns [n, width]
 */
export function attendAlone(
  net: VisionLayers,
  { query, tokens }: { readonly query: Value; readonly tokens: Value },
  { key, value }: Pick<AttentionNames, 'key' | 'value'>,
  { width, heads }: { readonly width: number; readonly heads: number },
): Value {
  const { graph } = net;
  const each = width / heads;
  // A file of this network has it, though no number depends on it.
  net.weights.take(key.bias, [key.parts * width]);
  const swap = (x: Value, perm: readonly number[]) => graph.node('Transpose', [x], { perm });
  const product = (x: Value, y: Value) => graph.node('MatMul', [x, y]);
  const scaled = graph.node('Mul', [query, graph.scalar(1 / Math.sqrt(each))]);
  const perHead = swap(graph.node('Reshape', [scaled, graph.integers([-1, heads, each])]), [1, 0, 2]);
  const asking = swap(product(perHead, matrices(net, key, { width, heads })), [1, 2, 0]);
  const shares = graph.node('Softmax', [swap(product(tokens, asking), [0, 2, 1])], { axis: -1 });
  const means = swap(product(shares, tokens), [1, 0, 2]);
  const values = product(means, matrices(net, value, { width, heads, transposed: true }));
  const flat = graph.node('Reshape', [swap(values, [1, 0, 2]), graph.integers([-1, width])]);
  const bias = net.rowsOf(value, { what: 'bias', inFile: [value.parts * width], shape: [width] });
  return graph.node('Add', [flat, bias]);
}

/** The matrix of each head: [heads, width / heads, width], or with the last two sides swapped. */
function matrices(
  net: VisionLayers,
  rows: RowsOf,
  { width, heads, transposed = false }: { width: number; heads: number; transposed?: boolean },
): Value {
  const each = width / heads;
  return net.rowsOf(rows, {
    what: 'weight',
    inFile: [rows.parts * width, width],
    shape: transposed ? [heads, width, each] : [heads, each, width],
    change: (matrix) => {
      if (!transposed) return matrix;
      const changed = new Float32Array(matrix.length);
      for (let head = 0; head < heads; head++) {
        const own = partOf(matrix, { part: head, parts: heads });
        changed.set(transpose(own, each, width), head * each * width);
      }
      return changed;
    },
  });
}
