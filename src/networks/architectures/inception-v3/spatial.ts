import { GraphBuilder } from '../../../onnx/graph.js';
import { ANTIALIAS_OPSET } from '../../../onnx/join-models.js';
import type { Architecture } from '../architecture.js';
import { Layers } from '../layers.js';
import { Weights, type WeightTensors } from '../weights.js';
import { addStem, INCEPTION_V3_SIZE } from './build.js';
import { inceptionV3Fid } from './fid.js';

/** Maps that are kept of the 192 that the convolution makes, and their side. */
const CHANNELS = 7;
const SIDE = 17;
const WIDTH = CHANNELS * SIDE ** 2;

/** What comes after the convolution, or stands beside it. */
const OTHER_LAYERS = /^(Mixed_6d\.(?!branch1x1\.)|Mixed_6e|Mixed_7|fc)/;

/**
 * The spatial features of sFID (Nash et al. 2021, "Generating images with sparse representations", as the evaluator of Dhariwal and Nichol
 * 2021 takes them): `mixed_6/conv:0` of the Inception v3 of 2015, its first 7 maps. That name is the ReLU after the 1×1 convolution of the
 * seventh block, which PyTorch's ports call `Mixed_6d.branch1x1`.
 *
 * Input `image` as `buildInceptionV3`. Output `features` [n, 2023]: row, column, channel, as the evaluator flattens them (which is the order
 * of `mu_s` and `sigma_s` in its files).
 *
 * @throws {NetworkError} naming a tensor that is missing, has another shape or is not finite
 */
export function buildSpatialInception(tensors: WeightTensors, what: string): GraphBuilder {
  const graph = new GraphBuilder('inception-v3-spatial', { opset: ANTIALIAS_OPSET });
  const net = new Layers(graph, new Weights(tensors, what));
  const image = graph.input('image', 'float32', ['n', 3, INCEPTION_V3_SIZE, INCEPTION_V3_SIZE]);
  const stem = addStem(net, { value: image, channels: 3 }, (maps) =>
    net.averagePool(maps, { countPadding: false }),
  );
  const { value } = net.conv('Mixed_6d.branch1x1', stem, { channels: 192, kernel: 1 });
  const bounds = [[0], [CHANNELS], [1]].map((each) => graph.integers(each));
  const first = graph.node('Slice', [value, ...bounds]);
  const lastChannel = graph.node('Transpose', [first], { perm: [0, 2, 3, 1] });
  const flat = graph.node('Flatten', [lastChannel], { axis: 1 });
  graph.output('features', flat, 'float32', ['n', WIDTH]);
  return graph;
}

/** The network of sFID, made of the weight file of `inception-v3-fid`. */
export const inceptionV3Spatial: Architecture = {
  ...inceptionV3Fid,
  name: 'inception-v3-spatial',
  description: `${inceptionV3Fid.description}, up to the first 7 maps of mixed_6/conv, each place a feature`,
  onlyByName: true,
  isForTraining: (tensor) => inceptionV3Fid.isForTraining(tensor) || OTHER_LAYERS.test(tensor),
  build: (tensors, what) => buildSpatialInception(tensors, what),
  async describe() {
    const { input } = await inceptionV3Fid.describe();
    return { input, outputs: { features: { name: 'features', width: WIDTH } } };
  },
};
