import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../src/onnx/graph.js';
import { GpuThread } from '../../../src/onnx/session-worker/gpu-thread.js';
import { BUILT_SCRIPT, scriptOf } from './scripts.js';

function model(): Uint8Array {
  const graph = new GraphBuilder('same', { opset: 18 });
  graph.output('y', graph.node('Identity', [graph.input('x', 'float32')]), 'float32');
  return graph.toBytes();
}

describe('GpuThread', () => {
  it('is one thread for all devices but the CPU', async () => {
    const gpu = new GpuThread(BUILT_SCRIPT);
    expect(await gpu.threadOf('cpu')).toBeUndefined();
    const thread = await gpu.threadOf('cuda:1');
    expect(thread).toBeDefined();
    expect(await gpu.threadOf('webgpu')).toBe(thread);
  });

  it('is the main thread where there is no script, as from the sources', async () => {
    expect(await new GpuThread('/nowhere/session-worker.js').threadOf('webgpu')).toBeUndefined();
  });

  it('is the main thread where tensors stay on the card', async () => {
    const gpu = new GpuThread(BUILT_SCRIPT);
    await gpu.claimMain('the step');
    expect(await gpu.threadOf('webgpu')).toBeUndefined();
    const other = new GpuThread(BUILT_SCRIPT);
    other.preferMain();
    expect(await other.threadOf('cuda')).toBeUndefined();
  });

  it('goes to the main thread when what is open elsewhere is closed, and refuses before', async () => {
    const gpu = new GpuThread(BUILT_SCRIPT);
    const thread = await gpu.threadOf('webgpu');
    const session = await thread?.open(model(), 'cpu');
    gpu.preferMain();
    expect(await gpu.threadOf('webgpu')).toBe(thread);
    await expect(gpu.claimMain('the step')).rejects.toThrow(
      'the step keeps its numbers on the GPU, where another network of this process runs in a thread of its own: wait until that ends, or use the CPU for one of them.',
    );
    await session?.release();
    await gpu.claimMain('the step');
    expect(await gpu.threadOf('webgpu')).toBeUndefined();
    // The thread has ended.
    await expect(thread?.open(model(), 'cpu')).rejects.toThrow('the thread of the GPU ended: exit code 0');
  });

  it('does not keep a process alive, nor end it before its answers', async () => {
    const module = new URL('../../../dist/onnx/session-worker/session-thread.js', import.meta.url).href;
    const script = scriptOf(`
      import { SessionThread } from ${JSON.stringify(module)};
      const session = await new SessionThread(${JSON.stringify(BUILT_SCRIPT)}).open(Buffer.from('${Buffer.from(model()).toString('base64')}', 'base64'), 'cpu');
      const { y } = await session.run({ x: { type: 'float32', shape: [2], data: Float32Array.of(1, 2) } }, ['y']);
      console.log(y.data.join());`);
    const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 30_000 });
    expect(stdout).toBe('1,2\n');
  });
});
