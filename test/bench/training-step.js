// Training steps on this project's tfjs backend and on tfjs's wasm backend, in one process; the arithmetic of a
// convolution with both gradients; and what the classifier's step spends on which operators.
import { readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { conv2d, disposeVariables, grads, mean, setBackend, tidy } from '@tensorflow/tfjs-core';
import { InferenceSession } from 'onnxruntime-node';
import { describeSmallInception } from '../../dist/networks/architectures/small-inception.js';
import { registerGradients } from '../../dist/tfjs-backend/gradients.js';
import { flush, randomNormal, useOnnxBackend, Xoshiro } from '../../dist/tfjs-backend/index.js';
import { initialWeights } from '../../dist/train/classifier/network/network.js';
import { PRESETS } from '../../dist/train/classifier/presets.js';
import { TrainedVariables } from '../../dist/train/classifier/trained-variables.js';
import { dcgan, mlpGan } from './gan-steps.js';
import './wasm-gradients.js';

const THREADS = 2;
const BATCH = 128;

/** Prepares a step: a function that does one and waits until it is done. */
const STEPS = {
  'MLP GAN 100-1200-1200-784, batch 100': (settle) => ganStep(mlpGan(), settle),
  'DCGAN 32×32, 5×5, batch 64': (settle) => ganStep(dcgan(), settle),
  'CIFAR-10 classifier, batch 128': (settle) => classifierStep(settle),
};

function ganStep({ step, variables }, settle) {
  return async () => {
    const loss = step();
    await settle([loss, ...variables]);
    loss.dispose();
  };
}

function classifierStep(settle) {
  const { recipe } = PRESETS['inception-cifar10'];
  const spec = { ...recipe.network, classes: 10 };
  const stream = new Xoshiro(3);
  const stem = stream.normal(2 * 2 * spec.channels * spec.stem, 0, 0.3);
  const training = new TrainedVariables(spec, recipe, initialWeights(spec, stem, 1));
  const pictures = stream.normal(BATCH * spec.size ** 2 * spec.channels);
  const targets = Float32Array.from({ length: BATCH * 10 }, (_, i) =>
    Number(i % 10 === Math.floor(i / 10) % 10),
  );
  let done = 0;
  return async () => {
    const loss = training.step({ pictures, targets }, 0.01, done++);
    await settle([loss, ...training.state.values()]);
    loss.dispose();
  };
}

/** Milliseconds of the quickest of some steps, after some that don't count. */
async function quickest(step, warmUp, steps) {
  for (let i = 0; i < warmUp; i++) await step();
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < steps; i++) {
    const start = performance.now();
    await step();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

/** { name, onnx, wasm }: milliseconds a step. */
export async function benchSteps() {
  await registerGradients();
  const folder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
  setWasmPaths(join(folder, '/'));
  const results = [];
  for (const [name, prepare] of Object.entries(STEPS)) {
    const backend = await useOnnxBackend({ device: 'cpu', threads: THREADS });
    const onnx = await quickest(prepare(flush), 3, 10);
    disposeVariables();
    await backend.close();
    await setBackend('wasm');
    const settle = (tensors) => Promise.all(tensors.map((each) => each.data()));
    const wasm = await quickest(prepare(settle), 1, 2);
    disposeVariables();
    results.push({ name, onnx, wasm });
  }
  return results;
}

/** GFLOP/s of a 3×3 convolution, 64 → 64 channels on 64×32×32, forward and both gradients. */
export async function benchConvolution() {
  await registerGradients();
  const backend = await useOnnxBackend({ device: 'cpu', threads: THREADS });
  const stream = new Xoshiro(5);
  const [n, side, channels] = [64, 32, 64];
  const x = randomNormal([n, side, side, channels], stream);
  const filter = randomNormal([3, 3, channels, channels], stream);
  const dy = randomNormal([n, side, side, channels], stream);
  const run = (a, b) => conv2d(a, b, 1, 'same');
  const milliseconds = await quickest(
    async () => {
      // Sums stand for what other layers would do with the maps; the backend computes nothing that nobody asks for.
      const results = tidy(() => [run(x, filter), ...grads(run)([x, filter], dy)].map((each) => mean(each)));
      await flush(results);
      for (const each of results) each.dispose();
    },
    3,
    15,
  );
  await backend.close();
  return (3 * 2 * 9 * n * side ** 2 * channels ** 2) / 1e6 / milliseconds;
}

/** Milliseconds of the classifier's step by operator, as ONNX Runtime's own profile has them. */
export async function profileClassifier() {
  await registerGradients();
  const prefix = join(tmpdir(), `training-step-${process.pid}`);
  const { create } = InferenceSession;
  const sessions = [];
  InferenceSession.create = async (model, options) => {
    const profiling = { enableProfiling: true, profileFilePrefix: `${prefix}-${sessions.length}` };
    sessions.push(await create.call(InferenceSession, model, { ...options, ...profiling }));
    return sessions.at(-1);
  };
  const backend = await useOnnxBackend({ device: 'cpu', threads: THREADS });
  const step = classifierStep(flush);
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

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const { name, onnx, wasm } of await benchSteps()) {
    console.log(
      `${name}: ${onnx.toFixed(0)} ms a step, wasm ${wasm.toFixed(0)} ms, ${(wasm / onnx).toFixed(1)} times as fast`,
    );
  }
  console.log(
    `3×3 convolution 64→64 on 64×32×32, forward and both gradients: ${(await benchConvolution()).toFixed(0)} GFLOP/s`,
  );
  const { recipe } = PRESETS['inception-cifar10'];
  const { multiplyAdds } = describeSmallInception({ ...recipe.network, classes: 10 });
  const profile = await profileClassifier();
  const total = [...profile.values()].reduce((sum, each) => sum + each, 0);
  const arithmetic = ['Conv', 'FusedConv', 'ConvTranspose', 'MatMul', 'FusedMatMul', 'Gemm'].reduce(
    (sum, operator) => sum + (profile.get(operator) ?? 0),
    0,
  );
  console.log(
    `classifier: ${((6 * multiplyAdds * BATCH) / 1e6 / arithmetic).toFixed(0)} GFLOP/s in convolutions and matrix products; the other operators take ${((1 - arithmetic / total) * 100).toFixed(0)} % of the step`,
  );
  for (const [operator, milliseconds] of [...profile].slice(0, 12)) {
    console.log(`  ${operator.padEnd(20)} ${milliseconds.toFixed(1)} ms`);
  }
}
