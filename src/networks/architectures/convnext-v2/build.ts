import { GraphBuilder, type Value } from '../../../onnx/graph.js';
import { ANTIALIAS_OPSET } from '../../../onnx/join-models.js';
import { Weights, type WeightTensors } from '../weights.js';

/** What tells ConvNeXt V2's networks apart. */
export interface ConvNextSizes {
  /** Blocks in each of the four stages. */
  readonly depths: readonly number[];
  /** Channels in each of them. */
  readonly channels: readonly number[];
  /** Height and width of the pictures. */
  readonly size: number;
  /** What the last layer norm adds to the variance. @default that of the others, 1e-6 */
  readonly lastEpsilon?: number;
}

/** Of the layer norms, and of global response normalization. */
const EPSILON = 1e-6;
/** How much wider a block is inside. */
const EXPANSION = 4;

/**
 * ConvNeXt V2 (Woo et al. 2023) with timm's names of its tensors (`stages.0.blocks.0.conv_dw.weight`).
 *
 * Input `image`: float32 [n, 3, size, size], RGB, less ImageNet's mean and divided by its deviation. Output `features`: the means of the
 * last maps after the last layer norm, which is what its classifier sees.
 *
 * @throws {NetworkError} naming a tensor that is missing or has another shape; one that is not finite, when the model is written
 */
export function buildConvNextV2(
  tensors: WeightTensors,
  what: string,
  { depths, channels, size, lastEpsilon }: ConvNextSizes,
): GraphBuilder {
  const graph = new GraphBuilder('convnext-v2', { opset: ANTIALIAS_OPSET });
  const net = new ConvNextLayers(graph, new Weights(tensors, what));
  const image = graph.input('image', 'float32', ['n', 3, size, size]);
  let x = net.patches('stem.0', image, { from: 3, to: channels[0], side: 4 });
  x = net.norm('stem.1', x, channels[0]);
  for (const [stage, depth] of depths.entries()) {
    const width = channels[stage];
    if (stage > 0) {
      const from = channels[stage - 1];
      x = net.norm(`stages.${stage}.downsample.0`, x, from);
      x = net.patches(`stages.${stage}.downsample.1`, net.channelsFirst(x), { from, to: width, side: 2 });
    }
    for (let block = 0; block < depth; block++) x = net.block(`stages.${stage}.blocks.${block}`, x, width);
  }
  const width = channels[channels.length - 1];
  const mean = graph.node('ReduceMean', [x, graph.integers([1, 2])], { keepdims: 0 });
  graph.output('features', net.norm('head.norm', mean, width, lastEpsilon), 'float32', ['n', width]);
  return graph;
}

/** The layers that it is written in. Maps are [n, height, width, channels] unless a name says otherwise. */
class ConvNextLayers {
  constructor(
    private readonly graph: GraphBuilder,
    private readonly weights: Weights,
  ) {}

  channelsFirst(x: Value): Value {
    return this.graph.node('Transpose', [x], { perm: [0, 3, 1, 2] });
  }

  channelsLast(x: Value): Value {
    return this.graph.node('Transpose', [x], { perm: [0, 2, 3, 1] });
  }

  /** A convolution over patches that don't overlap, of maps with the channels first. */
  patches(name: string, x: Value, { from, to, side }: { from: number; to: number; side: number }): Value {
    const { graph, weights } = this;
    const weight = weights.constant(graph, `${name}.weight`, [to, from, side, side]);
    const bias = weights.constant(graph, `${name}.bias`, [to]);
    const window = { kernel_shape: [side, side], strides: [side, side] };
    return this.channelsLast(graph.node('Conv', [x, weight, bias], window));
  }

  /** Layer norm over the last axis. */
  norm(name: string, x: Value, width: number, epsilon = EPSILON): Value {
    const { graph, weights } = this;
    const scale = weights.constant(graph, `${name}.weight`, [width]);
    const bias = weights.constant(graph, `${name}.bias`, [width]);
    return graph.node('LayerNormalization', [x, scale, bias], { axis: -1, epsilon: { float: epsilon } });
  }

  /** A depthwise convolution of 7×7, and two linear layers with GELU and response normalization between them, beside the identity. */
  block(name: string, x: Value, width: number): Value {
    const { graph, weights } = this;
    const kernel = weights.constant(graph, `${name}.conv_dw.weight`, [width, 1, 7, 7]);
    const bias = weights.constant(graph, `${name}.conv_dw.bias`, [width]);
    const window = { kernel_shape: [7, 7], pads: [3, 3, 3, 3], group: width };
    const maps = graph.node('Conv', [this.channelsFirst(x), kernel, bias], window);
    const inner = width * EXPANSION;
    let y = this.norm(`${name}.norm`, this.channelsLast(maps), width);
    y = this.gelu(this.linear(`${name}.mlp.fc1`, y, width, inner));
    y = this.linear(`${name}.mlp.fc2`, this.responseNorm(`${name}.mlp.grn`, y, inner), inner, width);
    return graph.node('Add', [x, y]);
  }

  /** Global response normalization: x + β + γ · x · g/(mean of g + ε), where g is the length of each map. */
  private responseNorm(name: string, x: Value, width: number): Value {
    const { graph, weights } = this;
    const squares = graph.node('ReduceSum', [graph.node('Mul', [x, x]), graph.integers([1, 2])], {
      keepdims: 1,
    });
    const length = graph.node('Sqrt', [squares]);
    const mean = graph.node('ReduceMean', [length, graph.integers([3])], { keepdims: 1 });
    const share = graph.node('Div', [length, graph.node('Add', [mean, graph.scalar(EPSILON)])]);
    const scale = weights.constant(graph, `${name}.weight`, [width]);
    const bias = weights.constant(graph, `${name}.bias`, [width]);
    // x · (1 + γ·share) + β: one pass over the maps less.
    const factor = graph.node('Add', [graph.node('Mul', [share, scale]), graph.scalar(1)]);
    return graph.node('Add', [graph.node('Mul', [x, factor]), bias]);
  }

  private linear(name: string, x: Value, from: number, to: number): Value {
    const { graph, weights } = this;
    const weight = weights.constant(graph, `${name}.weight`, [to, from], {
      change: (data) => transpose(data, to, from),
      shape: [from, to],
    });
    const bias = weights.constant(graph, `${name}.bias`, [to]);
    return graph.node('Add', [graph.node('MatMul', [x, weight]), bias]);
  }

  /** x/2 · (1 + erf(x/√2)). */
  private gelu(x: Value): Value {
    const { graph } = this;
    const erf = graph.node('Erf', [graph.node('Div', [x, graph.scalar(Math.SQRT2)])]);
    const product = graph.node('Mul', [x, graph.node('Add', [erf, graph.scalar(1)])]);
    return graph.node('Mul', [product, graph.scalar(0.5)]);
  }
}

function transpose(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = matrix[row * columns + column];
    }
  }
  return result;
}
