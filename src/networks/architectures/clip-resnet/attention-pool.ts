import type { GraphBuilder, Value } from '../../../onnx/graph.js';
import type { Weights } from '../weights.js';

/** Width of a head. */
const HEAD = 64;

/** Sizes of the pool. */
export interface AttentionPoolSizes {
  /** Channels of the maps. */
  readonly width: number;
  /** Places of a map. */
  readonly places: number;
  /** Width of what it gives. */
  readonly features: number;
}

/**
 * CLIP's pool by attention: the mean of all places asks, the mean and all places answer, and a linear layer follows.
 *
 * @param maps float32 [n, width, height, width of the map]
 * @returns [n, features]
 */
export function addAttentionPool(
  graph: GraphBuilder,
  weights: Weights,
  maps: Value,
  { width, places, features }: AttentionPoolSizes,
): Value {
  const name = (part: string) => `visual.attnpool.${part}`;
  const heads = width / HEAD;
  const flat = graph.node('Reshape', [maps, graph.integers([0, width, places])]);
  const rows = graph.node('Transpose', [flat], { perm: [0, 2, 1] });
  const mean = graph.node('ReduceMean', [rows, graph.integers([1])], { keepdims: 1 });
  const position = weights.constant(graph, name('positional_embedding'), [places + 1, width]);
  const tokens = graph.node('Add', [graph.node('Concat', [mean, rows], { axis: 1 }), position]);
  const [first] = graph.nodes('Split', [tokens, graph.integers([1, places])], 2, { axis: 1 });

  const linear = (layer: string, x: Value, to: number): Value => {
    const weight = weights.constant(graph, name(`${layer}.weight`), [to, width]);
    const product = graph.node('MatMul', [x, graph.node('Transpose', [weight], { perm: [1, 0] })]);
    return graph.node('Add', [product, weights.constant(graph, name(`${layer}.bias`), [to])]);
  };
  /** [n, heads, tokens, width of a head], or its last two axes exchanged. */
  const split = (x: Value, perm: readonly number[]): Value =>
    graph.node('Transpose', [graph.node('Reshape', [x, graph.integers([0, -1, heads, HEAD])])], { perm });
  const query = split(linear('q_proj', first, width), [0, 2, 1, 3]);
  const key = split(linear('k_proj', tokens, width), [0, 2, 3, 1]);
  const value = split(linear('v_proj', tokens, width), [0, 2, 1, 3]);
  const scaled = graph.node('Mul', [query, graph.scalar(HEAD ** -0.5)]);
  const share = graph.node('Softmax', [graph.node('MatMul', [scaled, key])], { axis: -1 });
  const pooled = graph.node('Reshape', [
    graph.node('Transpose', [graph.node('MatMul', [share, value])], { perm: [0, 2, 1, 3] }),
    graph.integers([0, width]),
  ]);
  return linear('c_proj', pooled, features);
}
