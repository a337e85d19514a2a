import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../src/onnx/graph.js';
import { openSession } from '../../src/onnx/session.js';
import { type ElementType, float32, int64, type TensorData, uint8 } from '../../src/onnx/tensor.js';

const onCpu = { device: 'cpu' } as const;

describe('GraphBuilder', () => {
  it('writes a model that the runtime computes, with a side known only when it runs', async () => {
    const graph = new GraphBuilder('affine', { opset: 18 });
    const x = graph.input('x', 'uint8', ['n', 3]);
    const scaled = graph.node('Mul', [graph.cast(x, 'float32'), graph.scalar(0.5)]);
    const weights = graph.constant(float32(Float32Array.of(1, 2, 3), [3, 1]));
    graph.output('y', graph.node('MatMul', [scaled, weights]), 'float32', ['n', 1]);
    const session = await openSession(graph.toBytes(), onCpu);
    expect(session.inputs).toEqual([{ name: 'x', type: 'uint8', shape: ['n', 3] }]);
    const { y } = await session.run({ x: uint8(Uint8Array.of(1, 1, 1, 255, 0, 0), [2, 3]) });
    expect(y).toEqual(float32(Float32Array.of(3, 127.5), [2, 1]));
    await session.close();
  });

  it('writes every kind of attribute', async () => {
    const graph = new GraphBuilder('attributes', { opset: 18 });
    const x = graph.input('x', 'float32', [1, 1, 2, 2]);
    const padded = graph.node('Conv', [x, graph.constant(float32(Float32Array.of(2), [1, 1, 1, 1]))], {
      pads: [1, 0, 0, 0],
      auto_pad: 'NOTSET',
      group: 1,
    });
    const leaky = graph.node('LeakyRelu', [padded], { alpha: { float: 0.25 } });
    const filled = graph.node('ConstantOfShape', [graph.integers([3])], {
      value: float32(Float32Array.of(7), [1]),
    });
    const listed = graph.node('Constant', [], { value_floats: { floats: [1, 2.5] } });
    graph.output('leaky', leaky, 'float32');
    graph.output('filled', filled, 'float32');
    graph.output('listed', listed, 'float32');
    const session = await openSession(graph.toBytes(), onCpu);
    const outputs = await session.run({ x: float32(Float32Array.of(1, -2, 3, -4), [1, 1, 2, 2]) });
    expect(outputs.leaky).toEqual(float32(Float32Array.of(0, 0, 2, -1, 6, -2), [1, 1, 3, 2]));
    expect(outputs.filled).toEqual(float32(Float32Array.of(7, 7, 7), [3]));
    expect(outputs.listed).toEqual(float32(Float32Array.of(1, 2.5), [2]));
    await session.close();
  });

  it('gives the outputs of a node with several, in order', async () => {
    const graph = new GraphBuilder('split', { opset: 18 });
    const x = graph.input('x', 'float32', [4]);
    const [first, second] = graph.nodes('Split', [x], 2, { axis: 0, num_outputs: 2 });
    graph.output('first', first, 'float32');
    graph.output('second', second, 'float32');
    const session = await openSession(graph.toBytes(), onCpu);
    const outputs = await session.run({ x: float32(Float32Array.of(1, 2, 3, 4), [4]) }, ['second']);
    expect(outputs).toEqual({ second: float32(Float32Array.of(3, 4), [2]) });
    await session.close();
  });

  const tensors: TensorData[] = [
    uint8(Uint8Array.of(0, 255), [2]),
    { type: 'bool', shape: [2], data: Uint8Array.of(1, 0) },
    { type: 'int32', shape: [2], data: Int32Array.of(-(2 ** 31), 5) },
    int64([-3, 2 ** 40]),
    float32(Float32Array.of(1.5, Number.NEGATIVE_INFINITY), [2]),
    { type: 'float64', shape: [1, 2], data: Float64Array.of(Math.PI, 1e-300) },
  ];
  it.each(tensors)('keeps $type constants and feeds as they are', async (tensor) => {
    const graph = new GraphBuilder('constants', { opset: 18 });
    graph.output('same', graph.node('Identity', [graph.constant(tensor)]), tensor.type);
    graph.output('fed', graph.input('x', tensor.type, tensor.shape), tensor.type);
    const session = await openSession(graph.toBytes(), onCpu);
    expect(await session.run({ x: tensor })).toEqual({ same: tensor, fed: tensor });
    await session.close();
  });

  it('stores what a view shows, not the buffer behind it', async () => {
    const graph = new GraphBuilder('view', { opset: 18 });
    const all = Float32Array.of(9, 1, 2, 9);
    graph.output('y', graph.constant(float32(all.subarray(1, 3), [2])), 'float32');
    const session = await openSession(graph.toBytes(), onCpu);
    all.fill(0);
    expect((await session.run({})).y.data).toEqual(Float32Array.of(1, 2));
    await session.close();
  });

  it('casts to half precision and back', async () => {
    const graph = new GraphBuilder('half', { opset: 18 });
    const x = graph.input('x', 'float32', [1]);
    graph.output('y', graph.cast(graph.cast(x, 'float16'), 'float32'), 'float32');
    const session = await openSession(graph.toBytes(), onCpu);
    const { y } = await session.run({ x: float32(Float32Array.of(2049), [1]) });
    expect(y.data).toEqual(Float32Array.of(2048));
    await session.close();
  });

  it.each([
    ['float32', 2.5],
    ['float64', 0.1],
    ['int32', -7],
    ['int64', 11],
  ] as const)('makes %s scalars', async (type: ElementType & TensorData['type'], value) => {
    const graph = new GraphBuilder('scalar', { opset: 18 });
    graph.output('y', graph.scalar(value, type as 'float32'), type, []);
    const session = await openSession(graph.toBytes(), onCpu);
    const { y } = await session.run({});
    expect(y.shape).toEqual([]);
    expect(Number(y.data[0])).toBe(value);
    await session.close();
  });

  it('refuses data that does not fill its shape, a fractional integer attribute and a name given twice', () => {
    const graph = new GraphBuilder('refusals', { opset: 18 });
    const x = graph.input('x', 'float32', [1]);
    expect(() => graph.constant(float32(Float32Array.of(1, 2), [3]))).toThrow('expected 3 elements for [3]');
    expect(() => graph.node('LeakyRelu', [x], { alpha: 0.25 })).toThrow(
      'expected an integer for attribute alpha',
    );
    expect(() => graph.output('x', x, 'float32')).toThrow('received "x"');
  });

  it('writes the same bytes for the same calls', () => {
    const build = () => {
      const graph = new GraphBuilder('same', { opset: 18 });
      const x = graph.input('x', 'float32', ['n']);
      graph.output('y', graph.node('Mul', [x, graph.scalar(3)]), 'float32');
      return graph.toBytes();
    };
    expect(build()).toEqual(build());
  });
});
