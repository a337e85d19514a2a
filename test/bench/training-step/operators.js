// What a step spends on which operators, and what its convolutions and products do at best.
import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { conv2d, disposeVariables, grads, mean, tidy } from '@tensorflow/tfjs-core';
import { InferenceSession } from 'onnxruntime-node';
import { GraphBuilder } from '../../../dist/onnx/graph.js';
import { openSession } from '../../../dist/onnx/session.js';
import { float32 } from '../../../dist/onnx/tensor.js';
import { flush, randomNormal, useOnnxBackend, Xoshiro } from '../../../dist/tfjs-backend/index.js';

/** Milliseconds of the quickest of some steps, after some that don't count. */
export async function quickest(step, { warmUp, steps }) {
  for (let i = 0; i < warmUp; i++) await step();
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < steps; i++) {
    const start = performance.now();
    await step();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

const SIDE = 1536;

/** A product of two large matrices, the limit of these processors: a function that gives its GFLOP/s, and one that closes it. */
export async function openLimit(threads) {
  const graph = new GraphBuilder('limit', { opset: 18 });
  const [a, b] = ['a', 'b'].map((name) => graph.input(name, 'float32', [SIDE, SIDE]));
  graph.output('y', graph.node('MatMul', [a, b]), 'float32', [SIDE, SIDE]);
  const session = await openSession(graph.toBytes(), { device: 'cpu', threads });
  const data = new Float32Array(SIDE * SIDE).fill(0.5);
  const feeds = { a: float32(data, [SIDE, SIDE]), b: float32(data, [SIDE, SIDE]) };
  return {
    async measure() {
      const milliseconds = await quickest(() => session.run(feeds), { warmUp: 1, steps: 6 });
      return (2 * SIDE ** 3) / 1e6 / milliseconds;
    },
    close: () => session.close(),
  };
}

/** GFLOP/s of a 3×3 convolution, 64 → 64 channels on 64×32×32, forward and both gradients. */
export async function benchConvolution() {
  const stream = new Xoshiro(5);
  const [n, side, channels] = [64, 32, 64];
  const x = randomNormal([n, side, side, channels], stream);
  const filter = randomNormal([3, 3, channels, channels], stream);
  const dy = randomNormal([n, side, side, channels], stream);
  const run = (a, b) => conv2d(a, b, 1, 'same');
  const step = async () => {
    // Sums stand for what other layers would do with the maps; the backend computes nothing that nobody asks for.
    const results = tidy(() => [run(x, filter), ...grads(run)([x, filter], dy)].map((each) => mean(each)));
    await flush(results);
    for (const each of results) each.dispose();
  };
  const milliseconds = await quickest(step, { warmUp: 3, steps: 15 });
  for (const each of [x, filter, dy]) each.dispose();
  return (3 * 2 * 9 * n * side ** 2 * channels ** 2) / 1e6 / milliseconds;
}

/** Milliseconds of a step by operator, as ONNX Runtime's own profile has them; on a backend of its own, which it leaves closed. */
export async function profileStep(make, threads) {
  const prefix = join(tmpdir(), `training-step-${process.pid}`);
  const { create } = InferenceSession;
  const sessions = [];
  InferenceSession.create = async (model, options) => {
    const profiling = { enableProfiling: true, profileFilePrefix: `${prefix}-${sessions.length}` };
    sessions.push(await create.call(InferenceSession, model, { ...options, ...profiling }));
    return sessions.at(-1);
  };
  const backend = await useOnnxBackend({ device: 'cpu', threads });
  const step = make(flush);
  for (let i = 0; i < 8; i++) await step();
  for (const session of sessions) session.endProfiling();
  InferenceSession.create = create;
  disposeVariables();
  await backend.close();
  const files = (await readdir(tmpdir())).filter((name) => join(tmpdir(), name).startsWith(prefix)).sort();
  const events = JSON.parse(await readFile(join(tmpdir(), files.at(-1)), 'utf8'));
  await Promise.all(files.map((name) => rm(join(tmpdir(), name))));
  return leastByOperator(events);
}

/** The least time of each node over the runs, summed by operator. */
function leastByOperator(events) {
  const least = new Map();
  for (const { cat, name, dur, args } of events) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time')) continue;
    const before = least.get(name)?.microseconds ?? Number.POSITIVE_INFINITY;
    least.set(name, { operator: args.op_name, microseconds: Math.min(before, dur) });
  }
  const sums = new Map();
  for (const { operator, microseconds } of least.values()) {
    sums.set(operator, (sums.get(operator) ?? 0) + microseconds / 1000);
  }
  return new Map([...sums].sort(([, a], [, b]) => b - a));
}
