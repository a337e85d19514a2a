import { GraphBuilder } from '../../src/onnx/graph.js';
import type { Load } from '../../src/onnx/outside-tensors.js';
import { float32 } from '../../src/onnx/tensor.js';

const WIDTH = 512;

/**
 * A network as `tinyNetwork` with 512 features, the mean colors after two layers. The weights of the second, 1 MiB, are read when the
 * model is written.
 *
 * @param seed makes other weights
 * @param load reads the large weights in place of those
 */
export function outsideNetwork(seed = 1, load?: Load): GraphBuilder {
  const graph = new GraphBuilder('outside', { opset: 18 });
  const x = graph.input('image', 'float32', ['n', 3, 8, 8]);
  const mean = graph.node('Flatten', [graph.node('GlobalAveragePool', [x])], { axis: 1 });
  const first = graph.constant(float32(numbers(3 * WIDTH, seed), [3, WIDTH]));
  const second = graph.external([WIDTH, WIDTH], load ?? (async () => numbers(WIDTH * WIDTH, seed + 1)));
  const features = graph.node('MatMul', [graph.node('MatMul', [mean, first]), second]);
  graph.output('features', features, 'float32', ['n', WIDTH]);
  return graph;
}

/** What its card says, but for what it is called and the digest. */
export const OUTSIDE_CARD = {
  input: {
    name: 'image',
    layout: 'NCHW',
    size: 8,
    resize: 'bilinear',
    normalize: { scale: 1 / 255, offset: 0 },
  },
  outputs: { features: { name: 'features', width: WIDTH } },
} as const;

function numbers(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => (((i * 7919 + seed * 104_729) % 2003) - 1001) / 8192);
}
