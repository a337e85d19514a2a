// Pulls a made-up network as "ganeval models pull" pulls those of the catalogue: folder of the store, address, SHA-256, bytes.
import process from 'node:process';
import { exitCodeOf } from '../../../dist/cli/exit-codes.js';
import { pullEntry } from '../../../dist/networks/download/pull-network.js';
import { GraphBuilder } from '../../../dist/onnx/graph.js';

const CLASSES = 1008;
const [modelsDir, url, sha256, bytes] = process.argv.slice(2);

/** A network that takes and gives what Inception v3 does, and computes next to nothing. */
function buildSketch() {
  const graph = new GraphBuilder('sketch', { opset: 18 });
  const x = graph.input('image', 'float32', ['n', 3, 299, 299]);
  const mean = graph.node('Flatten', [graph.node('GlobalAveragePool', [x])], { axis: 1 });
  for (const [name, width] of [
    ['features', 2048],
    ['logits', CLASSES],
    ['logits_unbiased', CLASSES],
  ]) {
    const weights = { type: 'float32', shape: [3, width], data: new Float32Array(3 * width) };
    graph.output(name, graph.node('MatMul', [mean, graph.constant(weights)]), 'float32', ['n', width]);
  }
  return graph;
}

const NAMES = [
  'Conv2d_1a_3x3.conv.weight',
  'Conv2d_1a_3x3.bn.num_batches_tracked',
  'AuxLogits.fc.weight',
  'fc.bias',
  'fc.weight',
];
const shapeOf = (name) => (name === 'fc.weight' ? [CLASSES, 2048] : [1]);
const making = {
  open: async () => ({
    tensors: new Map(NAMES.map((name) => [name, { shape: shapeOf(name), dtype: 'float32' }])),
    read: async (name) => ({ shape: shapeOf(name), data: new Float32Array(1) }),
    checkUnchanged: async () => {},
    close: async () => {},
  }),
  build: buildSketch,
};
const entry = {
  name: 'inception-v3',
  architecture: 'inception-v3-fid',
  license: 'any',
  comparableWith: 'nothing',
  weights: { file: 'w.pth', bytes: Number(bytes), sha256, urls: [url] },
};
try {
  await pullEntry(entry, { modelsDir }, making);
} catch (error) {
  process.stderr.write(`ganeval: ${error.message}\n`);
  process.exitCode = exitCodeOf(error);
}
