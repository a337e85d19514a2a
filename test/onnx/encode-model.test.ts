import { describe, expect, it } from 'vitest';
import { encodeModel } from '../../src/onnx/encode-model.js';
import { GraphBuilder } from '../../src/onnx/graph.js';
import { modelBytes, parseModel } from '../../src/onnx/model-file.js';

/** A model with weights of so many numbers. */
function modelOf(...counts: number[]) {
  const graph = new GraphBuilder('sums', { opset: 18 });
  let x = graph.input('x', 'float32', ['n', 1]);
  for (const count of counts) {
    const data = Float32Array.from({ length: count }, (_, i) => Math.sin(i));
    x = graph.node('Add', [x, graph.constant({ type: 'float32', shape: [count], data })]);
  }
  graph.output('y', x, 'float32', ['n', 'm']);
  const model = parseModel(graph.toBytes(), 'the model');
  if (!model.graph) throw new Error('no graph');
  return { ...model, graph: model.graph };
}

describe('the bytes of a model whose large weights are copied once', () => {
  it.each([[[3]], [[40_000]], [[3, 40_000, 5, 600_000]]])('say what the model says: %j numbers', (counts) => {
    const model = modelOf(...counts);
    const again = parseModel(encodeModel(model), 'the model');
    const bySize = [...model.graph.initializer].sort(
      (a, b) => Number(a.dims[0] > 16384n) - Number(b.dims[0] > 16384n),
    );
    const reordered = { ...model, graph: { ...model.graph, initializer: bySize } };
    expect(Buffer.compare(modelBytes(again), modelBytes(reordered))).toBe(0);
  });
});
