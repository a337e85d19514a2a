import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../src/onnx/graph.js';
import { joinModels, sharedOpset } from '../../src/onnx/join-models.js';
import { readModel } from '../../src/onnx/model-file.js';
import { openSession } from '../../src/onnx/session.js';
import { float32 } from '../../src/onnx/tensor.js';

/** y = weight · x by the operator given, as a file of this version would hold it. */
function model(opset: number, operator = 'Mul', weight = 3): Uint8Array {
  const graph = new GraphBuilder('model', { opset });
  const x = graph.input('image', 'float32', ['n', 2]);
  graph.output(
    'y',
    graph.node(operator, [x, graph.constant(float32(Float32Array.of(weight), [1]))]),
    'float32',
    ['n', 2],
  );
  return graph.toBytes();
}

describe('sharedOpset', () => {
  const shared = (bytes: Uint8Array) => sharedOpset(readModel(bytes, 'm'), 18);

  it('is the version of the model where that is new enough', () => {
    expect(shared(model(18))).toBe(18);
    expect(shared(model(21, 'ReduceSum'))).toBe(21);
  });

  it('lifts a model whose operators stayed the same', () => {
    expect(shared(model(13))).toBe(18);
    expect(shared(model(15))).toBe(18);
  });

  it('does not lift other operators, older versions or foreign domains', () => {
    expect(shared(model(15, 'Resize'))).toBeUndefined();
    expect(shared(model(11))).toBeUndefined();
    const proto = fromBinary(ModelProtoSchema, model(15));
    proto.graph!.node[0].domain = 'com.microsoft';
    expect(shared(toBinary(ModelProtoSchema, proto))).toBeUndefined();
  });
});

describe('joinModels', () => {
  it('computes one model after the other, though all their names are the same', async () => {
    const back = readModel(model(15, 'Mul', 3), 'back');
    const joined = joinModels(model(sharedOpset(back, 18)!, 'Add', 10), back);
    const session = await openSession(joined, { device: 'cpu' });
    expect(session.inputs).toEqual([{ name: 'front/image', type: 'float32', shape: ['n', 2] }]);
    const { y } = await session.run({ 'front/image': float32(Float32Array.of(1, 2), [1, 2]) });
    expect([...(y.data as Float32Array)]).toEqual([33, 36]);
    await session.close();
  });

  it('keeps what reductions do, whose axes became an input in between', async () => {
    const graph = new GraphBuilder('mean', { opset: 15 });
    const x = graph.input('x', 'float32', ['n', 2]);
    const mean = graph.node('ReduceMean', [x], { axes: [1], keepdims: 0 });
    graph.output('mean', mean, 'float32', ['n']);
    graph.output('most', graph.node('ReduceMax', [x], { axes: [0, 1] }), 'float32', [1, 1]);
    graph.output('all', graph.node('ReduceMin', [x]), 'float32', [1, 1]);
    const back = readModel(graph.toBytes(), 'back');
    const joined = joinModels(model(sharedOpset(back, 18)!, 'Mul', 1), back);
    const session = await openSession(joined, { device: 'cpu' });
    const outputs = await session.run({ 'front/image': float32(Float32Array.of(1, 2, 5, 8), [2, 2]) });
    expect(outputs).toEqual({
      mean: float32(Float32Array.of(1.5, 6.5), [2]),
      most: float32(Float32Array.of(8), [1, 1]),
      all: float32(Float32Array.of(1), [1, 1]),
    });
    await session.close();
  });
});
