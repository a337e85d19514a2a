import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, NodeProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { preprocessingGraph } from '../../src/networks/preprocessing/preprocess.js';
import { fitToWebGpu, listOperatorsForCpu } from '../../src/onnx/fit-to-webgpu.js';
import { GraphBuilder, type Value } from '../../src/onnx/graph.js';
import { ANTIALIAS_OPSET } from '../../src/onnx/join-models.js';

const resizing = (resize: 'bilinear' | 'tf1-bilinear' | 'pil-bicubic') =>
  preprocessingGraph(
    { name: 'image', layout: 'NCHW', size: 8, resize, normalize: { scale: 1, offset: 0 } },
    undefined,
    ANTIALIAS_OPSET,
  );

/** A model of a picture and what is made of it. */
function modelOf(make: (graph: GraphBuilder, x: Value) => Value): Uint8Array {
  const graph = new GraphBuilder('probe', { opset: 18 });
  const x = graph.input('x', 'float32', ['n', 3, 'h', 'w']);
  graph.output('y', make(graph, x), 'float32');
  return graph.toBytes();
}

const slice = (starts: number[], ends: number[], steps: number[]) =>
  modelOf((graph, x) =>
    graph.node('Slice', [x, ...[starts, ends, [2], steps].map((list) => graph.integers(list))]),
  );

const filter = { type: 'float32', shape: [4, 3, 2, 2], data: new Float32Array(48) } as const;
const convolution = (attributes: Record<string, number[] | string>) =>
  modelOf((graph, x) => graph.node('Conv', [x, graph.constant(filter)], attributes));

/** The names that the file has for its nodes. */
const namesIn = (bytes: Uint8Array | undefined) =>
  bytes && fromBinary(ModelProtoSchema, bytes).graph?.node.map(({ name }) => name);

describe('fitToWebGpu', () => {
  it('names each Resize that antialiases, which WebGPU accepts and then fails to run', () => {
    expect(fitToWebGpu(resizing('bilinear')).nodesForCpu).toEqual([expect.stringMatching(/Resize/)]);
    expect(fitToWebGpu(resizing('pil-bicubic')).nodesForCpu).toHaveLength(1);
  });

  it('names a Slice that goes backward from another element than the last', () => {
    expect(fitToWebGpu(slice([3], [-9], [-2])).nodesForCpu).toHaveLength(1);
    expect(fitToWebGpu(slice([-2], [-9], [-1])).nodesForCpu).toHaveLength(1);
    expect(fitToWebGpu(slice([-1], [-9], [-2])).nodesForCpu).toEqual([]);
    expect(fitToWebGpu(slice([1], [7], [2])).nodesForCpu).toEqual([]);
  });

  it('names a Slice of which it cannot tell', () => {
    const bytes = modelOf((graph, x) => {
      const steps = graph.input('steps', 'int64', [1]);
      const [starts, ends, axes] = [[3], [-9], [2]].map((list) => graph.integers(list));
      return graph.node('Slice', [x, starts, ends, axes, steps]);
    });
    expect(fitToWebGpu(bytes).nodesForCpu).toHaveLength(1);
  });

  it('names a Conv that may lose its padding behind', () => {
    expect(fitToWebGpu(convolution({ pads: [0, 0, 1, 1] })).nodesForCpu).toHaveLength(1);
    expect(fitToWebGpu(convolution({ auto_pad: 'SAME_UPPER' })).nodesForCpu).toHaveLength(1);
    // The padding makes no further output.
    expect(fitToWebGpu(convolution({ pads: [0, 0, 1, 1], strides: [2, 2] })).nodesForCpu).toEqual([]);
    expect(fitToWebGpu(convolution({ pads: [1, 1, 1, 1] })).nodesForCpu).toEqual([]);
    expect(fitToWebGpu(convolution({})).nodesForCpu).toEqual([]);
  });

  it('sees the Pad that the runtime joins to a Conv', () => {
    const padded = (pads: number[]) =>
      modelOf((graph, x) =>
        graph.node('Conv', [graph.node('Pad', [x, graph.integers(pads)]), graph.constant(filter)], {
          pads: [0, 0, 0, 0],
        }),
      );
    expect(fitToWebGpu(padded([0, 0, 0, 0, 0, 0, 1, 1])).nodesForCpu).toEqual([
      expect.stringMatching(/^Conv/),
    ]);
    expect(fitToWebGpu(padded([0, 0, 1, 1, 0, 0, 1, 1])).nodesForCpu).toEqual([]);
  });

  it('names what is not there: batch normalization for training, and a MaxPool that says where', () => {
    const norm = modelOf((graph, x) => {
      const [ones] = [graph.constant({ type: 'float32', shape: [3], data: new Float32Array(3).fill(1) })];
      return graph.nodes('BatchNormalization', [x, ones, ones, ones, ones], 3, { training_mode: 1 })[0];
    });
    expect(fitToWebGpu(norm).nodesForCpu).toHaveLength(1);
    const pooled = modelOf((graph, x) => graph.nodes('MaxPool', [x], 2, { kernel_shape: [2, 2] })[0]);
    expect(fitToWebGpu(pooled).nodesForCpu).toHaveLength(1);
  });

  it('gives a name to a node that has none', () => {
    const proto = fromBinary(ModelProtoSchema, resizing('bilinear'));
    for (const node of proto.graph?.node ?? []) node.name = '';
    const { bytes, nodesForCpu } = fitToWebGpu(toBinary(ModelProtoSchema, proto));
    expect(nodesForCpu).toHaveLength(1);
    expect(namesIn(bytes)).toContain(nodesForCpu[0]);
  });

  it('drops empty last inputs, and keeps those between others', () => {
    const bytes = modelOf((graph, x) =>
      graph.node('Conv', [
        graph.node('Clip', [x, undefined, graph.scalar(6)]),
        graph.constant(filter),
        undefined,
      ]),
    );
    const fitted = fitToWebGpu(bytes).bytes;
    const nodes = fitted && fromBinary(ModelProtoSchema, fitted).graph?.node;
    expect(nodes?.slice(0, 2).map(({ input }) => input.length)).toEqual([3, 2]);
  });

  it('looks into the graphs of If, Loop and Scan', () => {
    const proto = fromBinary(
      ModelProtoSchema,
      modelOf((graph, x) => graph.node('Relu', [x])),
    );
    const inner = fromBinary(ModelProtoSchema, resizing('bilinear')).graph;
    proto.graph?.node.push(
      create(NodeProtoSchema, { opType: 'If', input: ['c'], attribute: [{ name: 'then_branch', g: inner }] }),
    );
    expect(fitToWebGpu(toBinary(ModelProtoSchema, proto)).nodesForCpu).toHaveLength(1);
  });

  it('lists the operators that run on the processor', () => {
    expect(listOperatorsForCpu(fromBinary(ModelProtoSchema, resizing('bilinear')))).toEqual(['Resize']);
    expect(listOperatorsForCpu(fromBinary(ModelProtoSchema, resizing('tf1-bilinear')))).toEqual([]);
  });

  it('leaves every other node to the device, and the bytes as they are', () => {
    expect(fitToWebGpu(resizing('tf1-bilinear'))).toEqual({ nodesForCpu: [] });
    expect(fitToWebGpu(modelOf((graph, x) => graph.node('Add', [x, x])))).toEqual({ nodesForCpu: [] });
  });

  it('leaves what is no model to the runtime', () => {
    expect(fitToWebGpu(Uint8Array.of(255, 1, 2))).toEqual({ nodesForCpu: [] });
  });
});
