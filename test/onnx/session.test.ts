import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NetworkError } from '../../src/core/errors.js';
import { GraphBuilder } from '../../src/onnx/graph.js';

import { openSession } from '../../src/onnx/session.js';
import { float32 } from '../../src/onnx/tensor.js';

function doubling(opset = 18, operator = 'Add'): Uint8Array {
  const graph = new GraphBuilder('doubling', { opset });
  const x = graph.input('x', 'float32', ['n', 2]);
  graph.output('y', graph.node(operator, [x, x]), 'float32', ['n', 2]);
  return graph.toBytes();
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-session-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('openSession', () => {
  it('opens a model from its path, whatever the name', async () => {
    const path = join(folder, "model 'ü\n.onnx");
    await writeFile(path, doubling());
    const session = await openSession(path, { device: 'auto', threads: 1 });
    expect(session.device).toBe('cpu');
    const { y } = await session.run({ x: float32(Float32Array.of(1, 2, 3, 4), [2, 2]) });
    expect(y).toEqual(float32(Float32Array.of(2, 4, 6, 8), [2, 2]));
    await session.close();
  });

  it('names a file that is missing', async () => {
    const path = join(folder, 'none.onnx');
    await expect(openSession(path, { device: 'cpu' })).rejects.toThrow(
      new NetworkError(`${path} does not exist or cannot be read: check the path`),
    );
  });

  it.each([
    ['cut short', doubling().subarray(0, 60)],
    ['empty', new Uint8Array(0)],
    ['text', new TextEncoder().encode('<html>Not found</html>')],
    ['of an unknown operator', doubling(18, 'AddTwice')],
    ['of an operator set to come', doubling(9000)],
  ])('names a model that is %s, in one sentence', async (_, bytes) => {
    const opening = openSession(bytes, { device: 'cpu', what: 'nets/m.onnx' });
    await expect(opening).rejects.toThrow(NetworkError);
    await expect(opening).rejects.toThrow(
      /^nets\/m\.onnx cannot be loaded as an ONNX model \([^\n]+\): check that the file is whole, or fetch it again$/,
    );
  });

  it('names a model that gets what does not fit', async () => {
    const session = await openSession(doubling(), { device: 'cpu', what: 'm.onnx' });
    await expect(session.run({ x: float32(new Float32Array(3), [1, 3]) })).rejects.toThrow(
      /^m\.onnx failed to run \(.*\)$/,
    );
    await expect(session.run({ z: float32(new Float32Array(2), [1, 2]) })).rejects.toThrow(NetworkError);
    await session.close();
  });
});
