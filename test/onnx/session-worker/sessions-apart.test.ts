import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { profileRun } from '../../../src/core/run-profile.js';
import { GraphBuilder } from '../../../src/onnx/graph.js';
import { openSession } from '../../../src/onnx/session.js';
import { SessionThread } from '../../../src/onnx/session-worker/session-thread.js';
import { float32, float64, int64 } from '../../../src/onnx/tensor.js';
import { BUILT_SCRIPT, scriptOf } from './scripts.js';

// The CPU stands in for a GPU: which thread a session runs in does not depend on what it runs on.
const place = vi.hoisted(() => ({ thread: undefined as SessionThread | undefined }));
vi.mock('../../../src/onnx/session-worker/gpu-thread.js', () => ({ gpuThread: async () => place.thread }));

const thread = new SessionThread(BUILT_SCRIPT);
afterAll(() => thread.end());
beforeEach(() => {
  place.thread = thread;
});

/** y = x·w by rows, z = 2y in float64; fails to run where x has not 64 columns. */
function model(): Uint8Array {
  const graph = new GraphBuilder('products', { opset: 18 });
  const x = graph.input('x', 'float32');
  const weights = Float32Array.from({ length: 64 * 32 }, (_, i) => Math.sin(i));
  const y = graph.node('MatMul', [x, graph.constant(float32(weights, [64, 32]))]);
  graph.output('y', y, 'float32');
  const wide = graph.node('Cast', [y], { to: 11 });
  graph.output('z', graph.node('Add', [wide, wide]), 'float64');
  return graph.toBytes();
}

const rows = (count: number, seed: number, columns = 64) =>
  float32(
    Float32Array.from({ length: count * columns }, (_, i) => Math.cos(i * seed)),
    [count, columns],
  );

describe('a session in a thread of its own', () => {
  it('gives what one in the main thread gives, to the byte, with several batches in flight', async () => {
    const apart = await openSession(model());
    place.thread = undefined;
    const here = await openSession(model());
    expect([apart.thread, here.thread]).toEqual(['session', 'main']);
    expect([apart.inputs, apart.outputs, apart.device]).toEqual([here.inputs, here.outputs, here.device]);
    const batches = [500, 7, 500, 1, 0, 900, 500].map((count, i) => rows(count, i + 1));
    const found = await Promise.all(batches.map((x) => apart.run({ x })));
    for (const [i, x] of batches.entries()) expect(found[i]).toEqual(await here.run({ x }));
    expect(await apart.run({ x: batches[0] }, ['z'])).toEqual(await here.run({ x: batches[0] }, ['z']));
    await Promise.all([apart.close(), here.close()]);
  });

  it('leaves the numbers that it is given to whoever gave them, also parts of a buffer', async () => {
    const session = await openSession(model());
    const whole = rows(300, 1).data as Float32Array;
    const before = whole.slice();
    const part = () => session.run({ x: float32(whole.subarray(64 * 10, 64 * 20), [10, 64]) });
    const [first, second] = await Promise.all([part(), part()]);
    expect(whole).toEqual(before);
    expect(second).toEqual(first);
    expect(first).toEqual(await session.run({ x: float32(before.slice(640, 1280), [10, 64]) }));
    await session.close();
  });

  it('tells an error of a run in the sentence of the main thread, and goes on', async () => {
    const apart = await openSession(model());
    place.thread = undefined;
    const here = await openSession(model());
    const wrong = { x: rows(4, 1, 63) };
    const sentence = await here.run(wrong).then(String, (error: Error) => error.message);
    expect(sentence).toMatch(/^the model failed to run \(/);
    await expect(apart.run(wrong).catch((error: Error) => error.message)).resolves.toBe(sentence);
    await expect(apart.run({ x: int64([1]) })).rejects.toThrow(/^the model failed to run \(/);
    const x = rows(3, 2);
    expect(await apart.run({ x })).toEqual(await here.run({ x }));
    await Promise.all([apart.close(), here.close()]);
  });

  it('tells a model that does not open in the same sentence', async () => {
    const open = () => openSession(new Uint8Array([1, 2, 3])).catch((error: Error) => error.message);
    const apart = await open();
    place.thread = undefined;
    expect(apart).toBe(await open());
    expect(apart).toMatch(/^the model cannot be loaded as an ONNX model \(/);
  });

  it('ends the runs that wait before it closes, and refuses those that come later', async () => {
    const session = await openSession(model());
    const waiting = [1, 2, 3].map((seed) => session.run({ x: rows(500, seed) }));
    const closed = session.close();
    await expect(session.run({ x: rows(1, 1) })).rejects.toThrow('the session is closed');
    expect(await Promise.all(waiting)).toHaveLength(3);
    await closed;
    await session.close();
  });

  it('is not used any more after many sessions were opened and closed', async () => {
    for (let i = 0; i < 20; i++) {
      const session = await openSession(model());
      expect(thread.isUsed).toBe(true);
      await session.run({ x: rows(2, i) });
      await session.close();
    }
    await openSession(new Uint8Array(3)).catch(() => {});
    expect(thread.isUsed).toBe(false);
  });

  it('counts its time as that of the thread', async () => {
    const session = await openSession(model());
    const { profile } = await profileRun(() => session.run({ x: rows(500, 1) }));
    expect(profile.shares.map(({ thread: name, part }) => `${name} ${part}`)).toEqual([
      'main other',
      'session infer',
    ]);
    await session.close();
  });

  it('takes float64 and empty tensors', async () => {
    const graph = new GraphBuilder('double', { opset: 18 });
    const x = graph.input('x', 'float64');
    graph.output('y', graph.node('Add', [x, x]), 'float64');
    const session = await openSession(graph.toBytes());
    const run = async (values: number[]) =>
      (await session.run({ x: float64(Float64Array.from(values), [values.length]) })).y.data;
    expect(await run([1.5, -2])).toEqual(Float64Array.of(3, -4));
    expect(await run([])).toEqual(new Float64Array(0));
    await session.close();
  });
});

describe('a thread that ends by itself', () => {
  it.each([
    ['exits', 'process.exit(3)', 'exit code 3'],
    ['throws', "throw new Error('the card fell off')", 'the card fell off'],
  ])('rejects what waits, and what comes later (%s)', async (_name, how, reason) => {
    const dying = new SessionThread(
      scriptOf(`
        import { parentPort } from 'node:worker_threads';
        const opened = { session: 1, outputNames: ['y'], inputMetadata: [], outputMetadata: [] };
        parentPort.on('message', ({ id, request }) => {
          if (request.kind === 'open') return parentPort.postMessage({ id, answer: { opened, ms: 0 } });
          setTimeout(() => { ${how}; }, 20);
        });`),
    );
    place.thread = dying;
    const session = await openSession(model());
    const sentence = `the model failed to run (the thread of the GPU ended: ${reason})`;
    const waiting = [1, 2].map((seed) => session.run({ x: rows(2, seed) }));
    for (const run of await Promise.allSettled(waiting))
      expect(run).toMatchObject({ status: 'rejected', reason: { name: 'NetworkError', message: sentence } });
    await expect(session.run({ x: rows(2, 1) })).rejects.toThrow(sentence);
    await expect(openSession(model())).rejects.toThrow(`(the thread of the GPU ended: ${reason})`);
    await session.close();
    expect(dying.isUsed).toBe(false);
    await dying.end();
  });
});
