import { fileURLToPath } from 'node:url';
import { GraphBuilder, type Value } from '../../../onnx/graph.js';
import { ANTIALIAS_OPSET } from '../../../onnx/join-models.js';
import { readWhole } from '../../../storage/read-whole.js';
import type { Normalization } from '../../cards/card.js';
import type { Architecture } from '../architecture.js';
import { Weights, type WeightTensors } from '../weights.js';
import { addConvolutions, findConvolutionMismatch, LAST_CONVOLUTION, STAGES } from './layers.js';

/** Side of the pictures for which the card says the input; the network takes any side from 16 on. */
const SIZE = 64;

/** Added to the length of a vector of channels before it is divided by it. */
const LENGTH_EPSILON = 1e-10;

const SHIFT = [-0.03, -0.088, -0.188];
const SCALE = [0.458, 0.448, 0.45];

/** x/127.5 − 1, less LPIPS's shift and divided by its scale (which are ImageNet's mean and deviation, rounded). */
const NORMALIZATION: Normalization = {
  scale: [2 / (255 * SCALE[0]), 2 / (255 * SCALE[1]), 2 / (255 * SCALE[2])],
  offset: [-(1 + SHIFT[0]) / SCALE[0], -(1 + SHIFT[1]) / SCALE[1], -(1 + SHIFT[2]) / SCALE[2]],
};

/** The trained weights of LPIPS's own layers, which are few. */
const LINEAR_LAYERS = fileURLToPath(new URL('../../../../models/lpips-vgg16-linear.json', import.meta.url));
const MAX_LINEAR_BYTES = 2 ** 20;

/**
 * LPIPS 0.1 on VGG16 (Zhang et al. 2018): for each of five stages, the channels of both pictures at each place are scaled to length 1,
 * their squared differences are summed with the learned weights, and the mean over the places is taken:
 *
 *     d(x, y) = Σ over stages l of mean over places of Σ over channels c of w_lc · (x̂_lc − ŷ_lc)²
 *
 * Input `pairs`: float32 [2n, 3, h, w], normalized: n pictures, and the n pictures that they are compared with. Outputs, float32:
 * `distances` [n], and `stages` [n, 5], whose sum they are.
 *
 * @param tensors torchvision's names of VGG16's convolutions (`features.0.weight`), and `lin0.model.1.weight` to `lin4.model.1.weight`
 * @throws {NetworkError} naming a tensor that is missing, has another shape or is not finite
 */
export function buildLpips(tensors: WeightTensors, what: string): GraphBuilder {
  const graph = new GraphBuilder('lpips-vgg16', { opset: ANTIALIAS_OPSET });
  const weights = new Weights(tensors, what);
  const pairs = graph.input('pairs', 'float32', ['pictures', 3, 'height', 'width']);
  const { stages } = addConvolutions(graph, weights, pairs);
  const terms = stages.map((maps, stage) => {
    const channels = STAGES[stage][0];
    const linear = weights.constant(graph, `lin${stage}.model.1.weight`, [1, channels, 1, 1]);
    return addStage(graph, maps, linear);
  });
  const all = graph.node('Concat', terms, { axis: 1 });
  graph.output('stages', all, 'float32', ['n', STAGES.length]);
  const sum = graph.node('ReduceSum', [all, graph.integers([1])], { keepdims: 0 });
  graph.output('distances', sum, 'float32', ['n']);
  return graph;
}

/** The term of one stage, [n, 1]. */
function addStage(graph: GraphBuilder, maps: Value, linear: Value): Value {
  const square = graph.node('Mul', [maps, maps]);
  const length = graph.node('Sqrt', [graph.node('ReduceSum', [square, graph.integers([1])])]);
  const unit = graph.node('Div', [maps, graph.node('Add', [length, graph.scalar(LENGTH_EPSILON)])]);
  const [x, y] = graph.nodes('Split', [unit], 2, { axis: 0, num_outputs: 2 });
  const difference = graph.node('Sub', [x, y]);
  const weighted = graph.node('Conv', [graph.node('Mul', [difference, difference]), linear], {
    kernel_shape: [1, 1],
  });
  return graph.node('Flatten', [graph.node('GlobalAveragePool', [weighted])], { axis: 1 });
}

/**
 * LPIPS on VGG16, made of VGG16's weight file: the weights of its own layers come with ganeval, unless the file has them too.
 *
 * @throws what the file system says, if the file of the package is gone
 */
export async function loadLpipsVgg16(): Promise<Architecture> {
  const { tensors: linear } = JSON.parse(
    (await readWhole(LINEAR_LAYERS, MAX_LINEAR_BYTES)).toString('utf8'),
  ) as { tensors: Record<string, number[]> };
  const linearTensor: WeightTensors = (name) => {
    const data = linear[name];
    return data && { shape: [1, data.length, 1, 1], data: Float32Array.from(data) };
  };
  return {
    name: 'lpips-vgg16',
    description: 'LPIPS 0.1 (Zhang et al. 2018) on VGG16: how far apart two pictures are',
    lastLayer: LAST_CONVOLUTION,
    onlyByName: true,
    findMismatch: findConvolutionMismatch,
    isForTraining: (tensor) => tensor.startsWith('classifier.'),
    build: (tensors, what) => buildLpips((name, wanted) => tensors(name, wanted) ?? linearTensor(name), what),
    describe: async () => ({
      input: { name: 'pairs', layout: 'NCHW', size: SIZE, resize: 'bilinear', normalize: NORMALIZATION },
      outputs: { distances: { name: 'distances', width: 1 } },
    }),
  };
}
