import { GraphBuilder, type Value } from '../../../onnx/graph.js';
import { ANTIALIAS_OPSET } from '../../../onnx/join-models.js';
import { Weights, type WeightTensors } from '../weights.js';
import { addAttentionPool } from './attention-pool.js';

/** Maps [n, channels, height, width] inside the graph. */
interface Maps {
  readonly value: Value;
  readonly channels: number;
}

/** What tells CLIP's ResNets apart. */
export interface ClipResNetSizes {
  /** Maps after the stem. */
  readonly width: number;
  /** Blocks in each of the four stages. */
  readonly blocks: readonly number[];
  /** Height and width of the pictures. */
  readonly size: number;
  /** Width of its features, which CLIP compares with those of texts. */
  readonly features: number;
}

const BATCH_NORM_EPSILON = 1e-5;
/** What a block's last convolution multiplies its channels with. */
const EXPANSION = 4;

/**
 * The ResNet of CLIP (Radford et al. 2021, section 2.4) with the tensors of OpenAI's files (`visual.conv1.weight`): a stem of three
 * convolutions, average pools in place of strides, and a pool by attention.
 *
 * Input `image`: float32 [n, 3, size, size], RGB, less CLIP's mean and divided by its deviation. Output `features`, not normalized.
 *
 * @throws {NetworkError} naming a tensor that is missing, has another shape or is not finite
 */
export function buildClipResNet(
  tensors: WeightTensors,
  what: string,
  { width, blocks, size, features }: ClipResNetSizes,
): GraphBuilder {
  const graph = new GraphBuilder('clip-resnet', { opset: ANTIALIAS_OPSET });
  const weights = new Weights(tensors, what);
  const net = new ResNetLayers(graph, weights);
  const image = graph.input('image', 'float32', ['n', 3, size, size]);
  let x: Maps = { value: image, channels: 3 };
  x = net.relu(net.conv('visual.conv1', 'visual.bn1', x, { channels: width / 2, kernel: 3, stride: 2 }));
  x = net.relu(net.conv('visual.conv2', 'visual.bn2', x, { channels: width / 2, kernel: 3 }));
  x = net.relu(net.conv('visual.conv3', 'visual.bn3', x, { channels: width, kernel: 3 }));
  x = net.averagePool(x);
  for (const [stage, count] of blocks.entries()) {
    for (let block = 0; block < count; block++) {
      x = net.block(`visual.layer${stage + 1}.${block}`, x, {
        inner: width * 2 ** stage,
        halves: block === 0 && stage > 0,
        projects: block === 0,
      });
    }
  }
  const side = size / 32;
  const pooled = addAttentionPool(graph, weights, x.value, {
    width: x.channels,
    places: side ** 2,
    features,
  });
  graph.output('features', pooled, 'float32', ['n', features]);
  return graph;
}

/** The layers that it is written in. */
class ResNetLayers {
  constructor(
    private readonly graph: GraphBuilder,
    private readonly weights: Weights,
  ) {}

  /** A convolution that keeps the size but for its stride, and the batch norm after it, which the runtime folds into it. */
  conv(
    name: string,
    norm: string,
    x: Maps,
    { channels, kernel, stride = 1 }: { channels: number; kernel: 1 | 3; stride?: number },
  ): Maps {
    const { graph, weights } = this;
    const weight = weights.constant(graph, `${name}.weight`, [channels, x.channels, kernel, kernel]);
    const pads = kernel === 3 ? [1, 1, 1, 1] : [0, 0, 0, 0];
    const window = { kernel_shape: [kernel, kernel], strides: [stride, stride], pads };
    const parts = ['weight', 'bias', 'running_mean', 'running_var'].map((part) =>
      weights.constant(graph, `${norm}.${part}`, [channels]),
    );
    const y = graph.node('Conv', [x.value, weight], window);
    const epsilon = { float: BATCH_NORM_EPSILON };
    return { value: graph.node('BatchNormalization', [y, ...parts], { epsilon }), channels };
  }

  relu({ value, channels }: Maps): Maps {
    return { value: this.graph.node('Relu', [value]), channels };
  }

  /** The mean of 2×2. */
  averagePool({ value, channels }: Maps): Maps {
    const window = { kernel_shape: [2, 2], strides: [2, 2] };
    return { value: this.graph.node('AveragePool', [value], window), channels };
  }

  /** A bottleneck: 1×1, 3×3 and 1×1 beside the identity or a projection. */
  block(
    name: string,
    x: Maps,
    { inner, halves, projects }: { inner: number; halves: boolean; projects: boolean },
  ): Maps {
    const pool = (maps: Maps) => (halves ? this.averagePool(maps) : maps);
    const outer = inner * EXPANSION;
    let y = this.relu(this.conv(`${name}.conv1`, `${name}.bn1`, x, { channels: inner, kernel: 1 }));
    y = this.relu(this.conv(`${name}.conv2`, `${name}.bn2`, y, { channels: inner, kernel: 3 }));
    y = this.conv(`${name}.conv3`, `${name}.bn3`, pool(y), { channels: outer, kernel: 1 });
    const beside = projects
      ? this.conv(`${name}.downsample.0`, `${name}.downsample.1`, pool(x), { channels: outer, kernel: 1 })
      : x;
    return this.relu({ value: this.graph.node('Add', [y.value, beside.value]), channels: outer });
  }
}
