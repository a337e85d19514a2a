import { describe, expect, it } from 'vitest';
import { preprocessingGraph } from '../../src/networks/preprocessing/preprocess.js';
import { GraphBuilder } from '../../src/onnx/graph.js';
import { ANTIALIAS_OPSET } from '../../src/onnx/join-models.js';
import { nodesForCpu } from '../../src/onnx/nodes-for-cpu.js';

const graphOf = (resize: 'bilinear' | 'tf1-bilinear' | 'pil-bicubic') =>
  preprocessingGraph(
    { name: 'image', layout: 'NCHW', size: 8, resize, normalize: { scale: 1, offset: 0 } },
    undefined,
    ANTIALIAS_OPSET,
  );

describe('nodesForCpu', () => {
  it('names each Resize that antialiases, which WebGPU accepts and then fails to run', () => {
    expect(nodesForCpu(graphOf('bilinear'))).toEqual([expect.stringMatching(/Resize/)]);
    expect(nodesForCpu(graphOf('pil-bicubic'))).toHaveLength(1);
  });

  it('leaves every other node to the device', () => {
    expect(nodesForCpu(graphOf('tf1-bilinear'))).toEqual([]);
    const graph = new GraphBuilder('double', { opset: 18 });
    const x = graph.input('x', 'float32', ['n']);
    graph.output('y', graph.node('Add', [x, x]), 'float32', ['n']);
    expect(nodesForCpu(graph.toBytes())).toEqual([]);
  });

  it('leaves what is no model to the runtime', () => {
    expect(nodesForCpu(Uint8Array.of(255, 1, 2))).toEqual([]);
  });
});
