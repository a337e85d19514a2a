/**
 * A tfjs backend on ONNX Runtime, `ganeval/tfjs-backend`, usable by itself: its kernels build a graph, and reading a tensor or `flush`
 * computes it in one session run.
 *
 * @remarks
 * It is a path of this package, and not a package of its own, since it needs `src/onnx` (graph builder, sessions, devices), which the
 * evaluator needs too. A workspace package could not import that across packages without a third package for `src/onnx`, two more
 * versions to publish together, and a build order for `npm ci`. The rule that it imports nothing but `src/onnx` keeps that step open.
 *
 * @packageDocumentation
 */

import {
  engine,
  getKernel,
  ready,
  registerBackend,
  registerGradient,
  registerKernel,
  removeBackend,
  setBackend,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { findBlockSize } from './block-size.js';
import { CHEAPER_GRADIENTS } from './cheaper-gradients.js';
import { registerGradients } from './gradients.js';
import { KERNELS } from './kernels/index.js';
import { BATCH_NORM_TRAINING_KERNELS } from './kernels/spatial/normalization.js';
import { BACKEND_NAME, OnnxBackend } from './onnx-backend.js';
import type { RunnerOptions } from './runner/graph-runner.js';

export { batchNormTraining } from './batch-norm-training.js';
export { flush } from './flush.js';
export { OnnxBackend } from './onnx-backend.js';
export { dropout, randomNormal, randomUniform } from './random-tensors.js';
export type { RunnerOptions, RunnerStats } from './runner/graph-runner.js';
export { Xoshiro, type XoshiroState } from './xoshiro.js';

let registered = false;

/**
 * Makes ONNX Runtime the backend of tfjs.
 *
 * @remarks
 * Calling it again starts a new backend; the tensors of the one before are lost. `dataSync()` and `arraySync()` work on this backend for
 * tensors only that are computed already and are in memory, which on WebGPU those are that were read before: use `await data()`.
 *
 * @param options device, threads and how many sessions are kept
 * @returns the backend, with counts of its runs
 * @throws {RangeError} if `maxSessions` is not a positive integer
 *
 * @example
 * ```ts
 * const backend = await useOnnxBackend({ threads: 2 });
 * const { value, grads } = variableGrads(loss);
 * optimizer.applyGradients(grads);
 * await flush(value); // one session run for the whole step
 * ```
 */
export async function useOnnxBackend(options: RunnerOptions = {}): Promise<OnnxBackend> {
  await register();
  const onCpu = options.device === undefined || options.device === 'cpu' || options.device === 'auto';
  const backend = new OnnxBackend(options, onCpu ? await findBlockSize() : undefined);
  chooseBatchNorm(onCpu);
  if (BACKEND_NAME in engine().registryFactory) removeBackend(BACKEND_NAME);
  registerBackend(BACKEND_NAME, () => backend);
  await setBackend(BACKEND_NAME);
  await ready();
  return backend;
}

/**
 * ONNX Runtime 1.30 has batch normalization for training on the CPU alone: on CUDA no session starts, on WebGPU none runs. There
 * `batchNormTraining` is composed of single operators.
 */
function chooseBatchNorm(onCpu: boolean): void {
  for (const kernel of BATCH_NORM_TRAINING_KERNELS) {
    const { kernelName } = kernel;
    const isThere = getKernel(kernelName, BACKEND_NAME) !== undefined;
    if (onCpu && !isThere) registerKernel({ ...kernel, backendName: BACKEND_NAME });
    else if (!onCpu && isThere) unregisterKernel(kernelName, BACKEND_NAME);
  }
}

/** Registers kernels and gradients, once. */
async function register(): Promise<void> {
  if (registered) return;
  registered = true;
  for (const kernel of KERNELS) registerKernel({ ...kernel, backendName: BACKEND_NAME });
  await registerGradients();
  for (const gradient of CHEAPER_GRADIENTS) registerGradient(gradient);
}
