import { describe, expect, it } from 'vitest';
import { defaultBatchSize } from '../../../src/evaluate/devices/batch-size.js';
import type { NetworkCard } from '../../../src/networks/cards/card.js';
import { GraphBuilder } from '../../../src/onnx/graph.js';
import { readModel } from '../../../src/onnx/model-file.js';

const NORMALIZE = { scale: 1, offset: 0 };

/** A network of two layers over an input of this size. */
function networkOf(size: number, layers: (graph: GraphBuilder) => void) {
  const graph = new GraphBuilder('test', { opset: 18 });
  const image = graph.input('image', 'float32', ['n', 3, size, size]);
  layers(graph);
  graph.output('features', graph.node('Identity', [image]), 'float32', ['n', 3, size, size]);
  const input: NetworkCard['input'] = {
    ...{ name: 'image', layout: 'NCHW', size, resize: 'bilinear', normalize: NORMALIZE },
  };
  const card: NetworkCard = { name: 'test', input, outputs: {} };
  return { card, model: readModel(graph.toBytes(), 'the model') };
}

function weights(graph: GraphBuilder, ...shape: number[]) {
  const data = new Float32Array(shape.reduce((product, side) => product * side, 1));
  return graph.constant({ type: 'float32', shape, data });
}

const convolution = (graph: GraphBuilder, side: number, stride: number) =>
  graph.node('Conv', [{ name: 'image' }, weights(graph, 8, 3, side, side)], { strides: [stride, stride] });
const matrix = (graph: GraphBuilder, from: number, to: number) =>
  graph.node('MatMul', [{ name: 'image' }, weights(graph, from, to)]);

describe('the batch size where the user says none', () => {
  it.each([
    [1, 64],
    [32, 64],
    [299, 8],
    [10_000, 1],
  ])('is for an input of %i pixels a side %i', (side, pictures) => {
    expect(
      defaultBatchSize(
        networkOf(side, () => {}),
        'cpu',
      ),
    ).toBe(pictures);
  });

  it('is smaller on the CPU where other programs may need it again', () => {
    const [small, large] = [32, 299].map((side) => networkOf(side, () => {}));
    expect([small, large].map((each) => defaultBatchSize(each, 'cpu', true))).toEqual([16, 8]);
    expect(defaultBatchSize(small, 'cuda', true)).toBe(256);
  });

  it.each([
    ['cuda', 299, 64],
    ['cuda:1', 299, 64],
    ['webgpu', 299, 32],
    ['dml', 299, 32],
    ['coreml', 299, 32],
    ['cuda', 32, 256],
    ['webgpu', 32, 256],
    ['webgpu', 10_000, 1],
  ] as const)('is on %s for an input of %i pixels a side %i', (device, side, pictures) => {
    expect(
      defaultBatchSize(
        networkOf(side, () => {}),
        device,
      ),
    ).toBe(pictures);
  });

  it('is no smaller on a GPU for transformers', () => {
    const network = networkOf(224, (graph) => {
      convolution(graph, 14, 14);
      matrix(graph, 8, 1536);
    });
    expect(defaultBatchSize(network, 'cuda')).toBe(114);
  });

  it.each([
    ['DINOv2 S/14', 224, 14, 1536, 4],
    ['DINOv2 B/14', 224, 14, 3072, 2],
    ['CLIP B/32', 224, 32, 3072, 8],
    ['CLIP L/14 at 336 pixels', 336, 14, 4096, 1],
    ['a small one', 32, 8, 256, 64],
  ])('keeps the widest activations of transformers in the cache: %s', (_, size, patch, hidden, pictures) => {
    const asConvolution = networkOf(size, (graph) => {
      convolution(graph, patch, patch);
      matrix(graph, 8, hidden);
    });
    const asProduct = networkOf(size, (graph) => {
      const patches = weights(graph, 8, 3 * patch ** 2);
      graph.node('Gemm', [{ name: 'image' }, patches], { transB: 1 });
      matrix(graph, 8, hidden);
    });
    expect(defaultBatchSize(asConvolution, 'cpu')).toBe(pictures);
    expect(defaultBatchSize(asProduct, 'cpu')).toBe(pictures);
  });

  it.each([
    ['patches that overlap', 16, 4],
    ['patches of a convolutional network', 4, 4],
  ])('goes by pixels where a convolution takes %s', (_, side, stride) => {
    const network = networkOf(224, (graph) => {
      convolution(graph, side, stride);
      matrix(graph, 8, 4096);
    });
    expect(defaultBatchSize(network, 'cpu')).toBe(14);
  });
});
