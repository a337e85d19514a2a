import { GraphBuilder, type Value } from '../../../onnx/graph.js';
import { ANTIALIAS_OPSET } from '../../../onnx/join-models.js';
import { Weights, type WeightTensors } from '../weights.js';
import { attendAlone } from './attend-alone.js';
import { embedPatches, leadingCount } from './embed-patches.js';
import {
  type AttentionNames,
  type BlockNames,
  featureWidthOf,
  gridOf,
  type RowsOf,
  type VisionTransformerSpec,
} from './spec.js';
import { VisionLayers, type WeightSource } from './vision-layers.js';
import { transpose } from './weight-maths.js';

/** Name of the input. */
export const INPUT_NAME = 'image';
/** Name of the output. */
export const OUTPUT_NAME = 'features';

/**
 * A vision transformer as an ONNX model. Input `image`: float32 [n, 3, size, size], RGB, normalized as the network was trained.
 * Output `features`: float32 [n, width of the features].
 *
 * Exact rearrangements: LayerScale is multiplied into the linear layers before it; where one token becomes the features, the last block
 * computes that token alone, without keys and values of the others; the convolution over patches is a matrix product. What attention, norms and activations are made of are
 * ONNX Runtime's own operators.
 *
 * @param what what errors call the weights
 * @throws {NetworkError} naming a tensor that is missing or has another shape; one that is not finite, when the model is written
 */
export function buildVisionTransformer(
  spec: VisionTransformerSpec,
  tensors: WeightTensors,
  what = 'the weight file',
): GraphBuilder {
  return buildWith(spec, new Weights(tensors, what));
}

/** The same with weights from anywhere. */
export function buildWith(spec: VisionTransformerSpec, weights: WeightSource): GraphBuilder {
  const graph = new GraphBuilder('vision-transformer', { opset: ANTIALIAS_OPSET });
  const tower = new Tower(spec, new VisionLayers(graph, weights, spec.epsilon));
  const image = graph.input(INPUT_NAME, 'float32', ['n', 3, spec.size, spec.size]);
  graph.output(OUTPUT_NAME, tower.features(image), 'float32', ['n', featureWidthOf(spec)]);
  return graph;
}

/** What goes from one half of a block to the next: the tokens, and what is still to be added to them. Both [n · tokens, width]. */
interface Stream {
  readonly tokens: Value;
  readonly added?: Value;
}

/** One network while it is built. */
class Tower {
  readonly #graph: GraphBuilder;
  readonly #tokens: number;

  constructor(
    private readonly spec: VisionTransformerSpec,
    private readonly net: VisionLayers,
  ) {
    this.#graph = net.graph;
    this.#tokens = leadingCount(spec) + gridOf(spec) ** 2;
  }

  features(image: Value): Value {
    const { spec, net } = this;
    const { width, names } = spec;
    let first = this.#flat(embedPatches(net, spec, image));
    if (spec.normBefore) first = net.norm(names.normBefore, first, width);
    let stream: Stream = { tokens: first };
    for (let n = 0; n < spec.depth; n++) {
      const isAlone = spec.pooling === 'class-token' && n === spec.depth - 1;
      stream = this.#block(names.block.replace('{}', String(n)), stream, isAlone);
    }
    const { normed } = this.#join(names.norm, stream);
    return this.#project(this.#pool(normed));
  }

  /** Attention over all tokens, then two linear layers for each. `isAlone`: the first token is all that comes out. */
  #block(prefix: string, stream: Stream, isAlone: boolean): Stream {
    const { net, spec } = this;
    const { width } = spec;
    const names = withPrefix(prefix, spec.names.inBlock);
    const { attention } = names;
    const size = { from: width, to: width };
    const joined = this.#join(names.norm1, stream);
    const attended = isAlone
      ? this.#attendAlone(attention, joined.normed)
      : this.#attend(attention, joined.normed);
    const kept = isAlone ? this.#first(joined.sum) : joined.sum;
    const scale1 = spec.layerScale ? names.scale1 : undefined;
    const branch1 = net.linear(attention.out, attended, { ...size, scale: scale1 });
    const middle = net.sumAndNorm(names.norm2, [kept, branch1], width);
    const scale2 = spec.layerScale ? names.scale2 : undefined;
    return { tokens: middle.sum, added: this.#twoLayers(names, middle.normed, scale2) };
  }

  /** Of all tokens over all tokens. */
  #attend({ query, key, value }: AttentionNames, normed: Value): Value {
    const { net, spec } = this;
    const size = { from: spec.width, to: spec.width };
    const part = (rows: RowsOf) => this.#perPicture(net.linearOf(rows, normed, size));
    return this.#flat(net.attend([part(query), part(key), part(value)], spec.heads));
  }

  /** Of the first token over all tokens. */
  #attendAlone(attention: AttentionNames, normed: Value): Value {
    const { net, spec } = this;
    const size = { from: spec.width, to: spec.width };
    const query = net.linearOf(attention.query, this.#first(normed), size);
    return attendAlone(net, { query, tokens: this.#perPicture(normed) }, attention, spec);
  }

  #twoLayers({ linear1, linear2 }: Pick<BlockNames, 'linear1' | 'linear2'>, x: Value, scale?: string): Value {
    const { net } = this;
    const { width, hidden, activation } = this.spec;
    const wide = { from: width, to: hidden };
    const inner =
      activation === 'swiglu'
        ? net.gated(linear1, x, wide)
        : net.activate(net.linear(linear1, x, wide), activation);
    return net.linear(linear2, inner, { from: hidden, to: width, scale });
  }

  #join(norm: string, { tokens, added }: Stream): { sum: Value; normed: Value } {
    const { net, spec } = this;
    if (added) return net.sumAndNorm(norm, [tokens, added], spec.width);
    return { sum: tokens, normed: net.norm(norm, tokens, spec.width) };
  }

  /** [n, width] of what comes after the last norm. */
  #pool(normed: Value): Value {
    switch (this.spec.pooling) {
      case 'class-token':
        return normed;
      case 'patch-mean': {
        const patches = this.#graph.node('Slice', [
          this.#perPicture(normed),
          ...[leadingCount(this.spec), this.#tokens, 1].map((at) => this.#graph.integers([at])),
        ]);
        return this.#graph.node('ReduceMean', [patches, this.#graph.integers([1])], { keepdims: 0 });
      }
      case 'attention':
        return this.#attentionPool(normed);
    }
  }

  #attentionPool(normed: Value): Value {
    const { net, spec } = this;
    const { width, names } = spec;
    const { pool } = names;
    const size = { from: width, to: width };
    const learned = net.constant({
      layer: pool.query,
      shape: [1, width],
      loads: [net.weights.take(pool.query, [1, 1, width])],
      make: ([data]) => data,
    });
    const query = net.linearOf(pool.attention.query, learned, size);
    const attended = attendAlone(net, { query, tokens: this.#perPicture(normed) }, pool.attention, spec);
    const kept = net.linear(pool.attention.out, attended, size);
    return this.#graph.node('Add', [kept, this.#twoLayers(pool, net.norm(pool.norm, kept, width))]);
  }

  #project(pooled: Value): Value {
    const { spec, net } = this;
    if (spec.projection === undefined) return pooled;
    const { width, projection } = spec;
    const { tensor, transposed } = spec.names.projection;
    const inFile = transposed ? [width, projection] : [projection, width];
    const matrix = net.constant({
      layer: tensor,
      shape: [width, projection],
      loads: [net.weights.take(tensor, inFile)],
      make: ([data]) => (transposed ? data : transpose(data, projection, width)),
    });
    return this.#graph.node('MatMul', [pooled, matrix]);
  }

  #first(tokens: Value): Value {
    const zero = this.#graph.scalar(0, 'int64');
    return this.#graph.node('Gather', [this.#perPicture(tokens), zero], { axis: 1 });
  }

  #flat(tokens: Value): Value {
    return this.#graph.node('Reshape', [tokens, this.#graph.integers([-1, this.spec.width])]);
  }

  #perPicture(tokens: Value): Value {
    return this.#graph.node('Reshape', [tokens, this.#graph.integers([-1, this.#tokens, this.spec.width])]);
  }
}

function withPrefix(prefix: string, names: BlockNames): BlockNames {
  const rows = <T extends { readonly weight: string; readonly bias: string }>(each: T): T => ({
    ...each,
    weight: prefix + each.weight,
    bias: prefix + each.bias,
  });
  const { query, key, value, out } = names.attention;
  return {
    norm1: prefix + names.norm1,
    attention: { query: rows(query), key: rows(key), value: rows(value), out: prefix + out },
    scale1: prefix + names.scale1,
    norm2: prefix + names.norm2,
    linear1: prefix + names.linear1,
    linear2: prefix + names.linear2,
    scale2: prefix + names.scale2,
  };
}
