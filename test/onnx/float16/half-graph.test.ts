import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { AttributeProto_AttributeType as AttributeType, GraphProtoSchema, NodeProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { buildVisionTransformer } from '../../../src/networks/architectures/vision-transformer/build.js';
import { dinov2Spec } from '../../../src/networks/architectures/vision-transformer/dinov2.js';
import { expectedTensors } from '../../../src/networks/architectures/vision-transformer/expected-tensors.js';
import { SIGLIP_TRAITS } from '../../../src/networks/architectures/vision-transformer/siglip.js';
import { toHalfModel } from '../../../src/onnx/float16/half-graph.js';
import { GraphBuilder, type Value } from '../../../src/onnx/graph.js';
import { describeModel, modelBytes, parseModel } from '../../../src/onnx/model-file.js';
import { openSession } from '../../../src/onnx/session.js';
import { float32 } from '../../../src/onnx/tensor.js';
import { networkWeights } from '../../networks/formula-networks.js';
import { formulaNumbers } from '../../networks/formula-weights.js';

/** Of transformers. */
const SIZES = { size: 16, patch: 4, width: 32, depth: 2, heads: 4, hidden: 128 };

const read = (bytes: Uint8Array) => describeModel(parseModel(bytes, 'net.onnx'), bytes);
const halve = (bytes: Uint8Array) => toHalfModel(read(bytes), { what: 'net.onnx' });

const numbers = (name: string, shape: readonly number[], spread = 1, center = 0) =>
  formulaNumbers(name, shape, [center, spread]);
const constant = (graph: GraphBuilder, name: string, shape: readonly number[], spread = 1) =>
  graph.constant(float32(numbers(name, shape, spread), shape));

/** Runs both on the CPU, where the runtime casts what it has no kernel for: the rounding is that of float16. */
async function outputsOf(bytes: Uint8Array, input: Float32Array, shape: readonly number[]) {
  const session = await openSession(bytes, { device: 'cpu' });
  const [{ name }] = session.inputs;
  const outputs = await session.run({ [name]: float32(input, shape) });
  await session.close();
  return Object.values(outputs).map(({ data, type }) => {
    expect(type).toBe('float32');
    return data as Float32Array;
  });
}

function distance(a: Float32Array, b: Float32Array): number {
  let [difference, length] = [0, 0];
  for (const [i, value] of b.entries()) {
    difference += (a[i] - value) ** 2;
    length += value ** 2;
  }
  return Math.sqrt(difference / length);
}

async function distances(bytes: Uint8Array, input: Float32Array, shape: readonly number[]) {
  const [own, exact] = [
    await outputsOf(halve(bytes).bytes, input, shape),
    await outputsOf(bytes, input, shape),
  ];
  return own.map((values, i) => distance(values, exact[i]));
}

/** Which operators compute in float16: those that are fed by a cast to it, or by one another. */
function operatorsInHalf(bytes: Uint8Array): Set<string> {
  const nodes = halve(bytes).proto.graph?.node ?? [];
  return new Set(
    nodes.flatMap(({ opType, output }) =>
      !['Cast', 'Identity'].includes(opType) && output[0].endsWith('/float16') ? [opType] : [],
    ),
  );
}

/** A graph of one input [n, 64] with the outputs that `build` gives. */
function rowsGraph(build: (graph: GraphBuilder, x: Value) => Value): Uint8Array {
  const graph = new GraphBuilder('rows', { opset: 18 });
  const x = graph.input('x', 'float32', ['n', 64]);
  graph.output('y', build(graph, x), 'float32');
  return graph.toBytes();
}

const ROWS = { input: numbers('rows', [8, 64]), shape: [8, 64] };
const farRows = (bytes: Uint8Array, input = ROWS.input) => distances(bytes, input, ROWS.shape);

describe('toHalfModel', () => {
  it.each(['inception-cifar10', 'inception-mnist'])('keeps the features of %s within 2e-3', async (name) => {
    const bytes = await readFile(join(import.meta.dirname, `../../../models/${name}.onnx`));
    const model = read(bytes);
    const shape = model.inputs[0].shape.map((side) => (typeof side === 'number' ? side : 4));
    const input = numbers('pictures', shape.map(Number));
    for (const far of await distances(bytes, input, shape.map(Number))) {
      expect(far).toBeGreaterThan(1e-5);
      expect(far).toBeLessThan(2e-3);
    }
    expect(operatorsInHalf(bytes)).toContain('Conv');
    // Inputs and outputs are those of before.
    expect(halve(bytes).inputs).toEqual(model.inputs);
    expect(halve(bytes).outputs).toEqual(model.outputs);
  });

  it.each([
    ['DINOv2', { ...dinov2Spec('s'), ...SIZES, positions: { grid: 7, resampling: 'offset-bicubic' } }],
    ['SigLIP', { ...SIGLIP_TRAITS, ...SIZES }],
  ] as const)('keeps the features of a small %s within 5e-3, its attention in float16', async (_, spec) => {
    const weights = networkWeights({ gain: 1, half: false, shapes: expectedTensors(spec) });
    const bytes = buildVisionTransformer(spec, weights).toBytes();
    const shape = [2, 3, spec.size, spec.size];
    for (const far of await distances(bytes, numbers('image', shape, 0.5), shape)) {
      expect(far).toBeGreaterThan(1e-5);
      expect(far).toBeLessThan(5e-3);
    }
    expect(operatorsInHalf(bytes)).toContain('MultiHeadAttention');
    expect(operatorsInHalf(bytes)).not.toContain('LayerNormalization');
  });

  it('keeps a layer normalization written out, and its tiny epsilon, in float32', async () => {
    const normed = (graph: GraphBuilder, x: Value) => {
      const axes = graph.integers([-1]);
      const centered = graph.node('Sub', [x, graph.node('ReduceMean', [x, axes])]);
      const variance = graph.node('ReduceMean', [graph.node('Pow', [centered, graph.scalar(2)]), axes]);
      const root = graph.node('Sqrt', [graph.node('Add', [variance, graph.scalar(1e-12)])]);
      return graph.node('Div', [centered, root]);
    };
    const bytes = rowsGraph((graph, x) => {
      const first = graph.node('MatMul', [x, constant(graph, 'first', [64, 64], 0.1)]);
      return graph.node('MatMul', [normed(graph, first), constant(graph, 'second', [64, 64], 0.1)]);
    });
    // Rows whose variance float16 would round to 0.
    expect(
      (
        await farRows(
          bytes,
          ROWS.input.map((value) => value * 1e-3),
        )
      )[0],
    ).toBeLessThan(5e-3);
    expect(operatorsInHalf(bytes)).toEqual(new Set(['MatMul']));
  });

  it('keeps softmax, and a mask as low as float32 goes, in float32', async () => {
    const bytes = rowsGraph((graph, x) => {
      const scores = graph.node('MatMul', [x, constant(graph, 'scores', [64, 64], 0.3)]);
      const mask = Float32Array.from({ length: 64 }, (_, i) => (i % 2 === 0 ? 0 : -3.4028234663852886e38));
      const masked = graph.node('Add', [scores, graph.constant(float32(mask, [64]))]);
      const weights = graph.node('Softmax', [masked], { axis: -1 });
      return graph.node('MatMul', [weights, constant(graph, 'values', [64, 64])]);
    });
    expect((await farRows(bytes))[0]).toBeLessThan(5e-3);
    expect(operatorsInHalf(bytes)).toEqual(new Set(['MatMul']));
  });

  it('takes weights that are stored in float16, and the bias of a product, whatever is light between', async () => {
    const bytes = rowsGraph((graph, x) => {
      const weight = graph.halfConstant(numbers('stored', [64, 64], 0.2), [64, 64]);
      const bias = graph.halfConstant(numbers('bias', [64], 0.2), [64]);
      const hidden = graph.node('Relu', [graph.node('Add', [graph.node('MatMul', [x, weight]), bias])]);
      return graph.node('Add', [hidden, graph.node('MatMul', [hidden, weight])]);
    });
    expect((await farRows(bytes))[0]).toBeLessThan(5e-3);
    expect(operatorsInHalf(bytes)).toEqual(new Set(['MatMul', 'Add', 'Relu']));
  });

  it('leaves operators that it does not know, and what they give, as they are', async () => {
    const bytes = rowsGraph((graph, x) => {
      const first = graph.node('MatMul', [x, constant(graph, 'first', [64, 64], 0.1)]);
      const turned = graph.node('Acos', [graph.node('Tanh', [first])]);
      const largest = graph.cast(graph.node('ArgMax', [first], { axis: -1 }), 'float32');
      return graph.node('MatMul', [graph.node('Add', [turned, largest]), constant(graph, 'second', [64, 8])]);
    });
    expect((await farRows(bytes))[0]).toBeLessThan(5e-3);
    expect(operatorsInHalf(bytes)).toEqual(new Set(['MatMul', 'Tanh']));
  });

  it('gives a graph inside a node what it takes from outside, under its name', async () => {
    const bytes = rowsGraph((graph, x) => graph.node('MatMul', [x, constant(graph, 'first', [64, 64], 0.1)]));
    const { proto } = read(bytes);
    const graph = proto.graph;
    const product = graph?.node.find(({ opType }) => opType === 'MatMul')?.output[0] ?? '';
    const branch = (name: string, operator: string) => ({
      name,
      type: AttributeType.GRAPH,
      g: create(GraphProtoSchema, {
        name,
        node: [create(NodeProtoSchema, { opType: operator, input: [product], output: [name] })],
        output: [{ name, type: graph?.output[0].type }],
      }),
    });
    graph?.node.splice(
      -1,
      1,
      create(NodeProtoSchema, {
        opType: 'Constant',
        output: ['yes'],
        attribute: [
          { name: 'value', type: AttributeType.TENSOR, t: { dataType: 9, rawData: Uint8Array.of(1) } },
        ],
      }),
      create(NodeProtoSchema, {
        opType: 'If',
        input: ['yes'],
        output: ['y'],
        attribute: [branch('then_branch', 'Relu'), branch('else_branch', 'Neg')],
      }),
    );
    expect((await farRows(modelBytes(proto)))[0]).toBeLessThan(5e-3);
  });

  it('refuses weights of a product beyond float16, naming them; infinity, which it has, is not beyond', () => {
    const withWeight = (value: number) =>
      rowsGraph((graph, x) => {
        const weights = numbers('large', [64, 64]).fill(value, 0, 1);
        const constants = graph.node('Transpose', [graph.constant(float32(weights, [64, 64]))]);
        return graph.node('MatMul', [x, constants]);
      });
    expect(() => halve(withWeight(65_600))).toThrow(
      /^net\.onnx can't be computed in float16, which ends at 65504: its weights "constant#0" reach 6\.56e\+4; use --precision float32\.$/,
    );
    expect(() => halve(withWeight(65_519))).not.toThrow();
    expect(() => halve(withWeight(Number.NEGATIVE_INFINITY))).not.toThrow();
  });

  it('keeps a product in float32 whose weights would vanish', async () => {
    const bytes = rowsGraph((graph, x) => graph.node('MatMul', [x, constant(graph, 'small', [64, 8], 1e-8)]));
    expect(operatorsInHalf(bytes)).toEqual(new Set());
    expect((await farRows(bytes))[0]).toBe(0);
  });

  it('says nothing of tensors in other files but how large they are', () => {
    const bytes = rowsGraph((graph, x) => graph.node('MatMul', [x, constant(graph, 'outside', [64, 8])]));
    const model = read(bytes);
    const [tensor] = model.proto.graph?.initializer ?? [];
    Object.assign(tensor, { rawData: new Uint8Array(0), dataLocation: 1 });
    const outside = (largest: number) => new Map([[tensor.name, largest]]);
    expect(() => toHalfModel(model, { what: 'net.onnx', outside: outside(1e6) })).toThrow(/reach 1\.00e\+6/);
    expect(() => toHalfModel(model, { what: 'net.onnx', outside: outside(1) })).not.toThrow();
  });
});
