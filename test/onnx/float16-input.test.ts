import { describe, expect, it, vi } from 'vitest';
import { GraphBuilder } from '../../src/onnx/graph.js';
import { toHalf } from '../../src/onnx/half.js';
import { makeRuntimeTensor } from '../../src/onnx/runtime.js';
import { openSession } from '../../src/onnx/session.js';

describe('a float16 input', () => {
  it('goes to the runtime as bits, where Node has an array of float16 too', async () => {
    // As Node 24 has it; the runtime looks for it when it makes its first tensor.
    vi.stubGlobal('Float16Array', class extends Uint16Array {});
    const data = toHalf(Float32Array.of(1, 2.5, -65504));
    expect((await makeRuntimeTensor({ type: 'float16', shape: [3], data })).data).toBe(data);

    const graph = new GraphBuilder('half', { opset: 18 });
    graph.output('y', graph.cast(graph.input('x', 'float16', [3]), 'float32'), 'float32', [3]);
    const session = await openSession(graph.toBytes(), { device: 'cpu' });
    const { y } = await session.run({ x: { type: 'float16', shape: [3], data } });
    expect(y.data).toEqual(Float32Array.of(1, 2.5, -65504));
    await session.close();
    vi.unstubAllGlobals();
  });
});
