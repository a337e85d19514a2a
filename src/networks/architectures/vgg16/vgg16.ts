import { GraphBuilder, type Value } from '../../../onnx/graph.js';
import { ANTIALIAS_OPSET } from '../../../onnx/join-models.js';
import { NORMALIZATIONS } from '../../preprocessing/normalizations.js';
import { type Architecture, findShapeMismatch } from '../architecture.js';
import { Weights, type WeightTensors } from '../weights.js';
import { addConvolutions, findConvolutionMismatch, STAGES } from './layers.js';

/** Height and width of the pictures that it was trained on; five pools leave 7 × 7. */
const SIZE = 224;
const LAST_SIDE = 7;
/** Width of its two hidden layers. */
const WIDTH = 4096;
/** The last of the layers that are taken. */
const LAST_LAYER = 'classifier.3.weight';

/** Sides of what a VGG16 is built with, so that tests can build a small one. */
export interface Vgg16Sides {
  /** @default 224 */
  readonly size?: number;
  /** Width of the two hidden layers. @default 4096 */
  readonly width?: number;
}

/**
 * VGG16 (Simonyan and Zisserman 2015, configuration D) up to its second hidden layer, with the tensors of torchvision's `vgg16`.
 *
 * Input `image`: float32 [n, 3, 224, 224], RGB, less ImageNet's mean and divided by its deviation. Outputs, float32 [n, 4096]: `fc2` (the
 * layer before its ReLU) and `fc2_relu`, as torch-fidelity names them. The last layer, which only classifies, is left out.
 *
 * @throws {NetworkError} naming a tensor that is missing, has another shape or is not finite
 */
export function buildVgg16(
  tensors: WeightTensors,
  what: string,
  { size = SIZE, width = WIDTH }: Vgg16Sides = {},
): GraphBuilder {
  const graph = new GraphBuilder('vgg16', { opset: ANTIALIAS_OPSET });
  const weights = new Weights(tensors, what);
  const image = graph.input('image', 'float32', ['n', 3, size, size]);
  const { pooled } = addConvolutions(graph, weights, image);
  const linear = (name: string, x: Value, from: number) => {
    const weight = weights.constant(graph, `${name}.weight`, [width, from]);
    const bias = weights.constant(graph, `${name}.bias`, [width]);
    return graph.node('Gemm', [x, weight, bias], { transB: 1 });
  };
  // Channel, row, column, as torch.flatten has it. (torchvision pools to 7 × 7 before, which pictures of 224 have already.)
  const flat = graph.node('Flatten', [pooled], { axis: 1 });
  const maps = STAGES[STAGES.length - 1][0] * (size / 2 ** STAGES.length) ** 2;
  const fc1 = graph.node('Relu', [linear('classifier.0', flat, maps)]);
  const fc2 = linear('classifier.3', fc1, width);
  graph.output('fc2', fc2, 'float32', ['n', width]);
  graph.output('fc2_relu', graph.node('Relu', [fc2]), 'float32', ['n', width]);
  return graph;
}

/** VGG16 as torch-fidelity takes features of it: its metrics are of `fc2_relu`. */
export const vgg16: Architecture = {
  name: 'vgg16',
  description: 'VGG16 (Simonyan and Zisserman 2015) up to its second hidden layer',
  lastLayer: LAST_LAYER,
  findMismatch: (shapes) =>
    findConvolutionMismatch(shapes) ??
    findShapeMismatch(shapes, [
      ['classifier.0.weight', [WIDTH, STAGES[STAGES.length - 1][0] * LAST_SIDE ** 2]],
    ]),
  isForTraining: (tensor) => /^classifier\.6\./.test(tensor),
  build: (tensors, what) => buildVgg16(tensors, what),
  describe: async () => ({
    input: {
      name: 'image',
      layout: 'NCHW',
      size: SIZE,
      resize: 'tf1-bilinear',
      normalize: NORMALIZATIONS.imagenet,
    },
    outputs: { features: { name: 'fc2_relu', width: WIDTH } },
  }),
};
