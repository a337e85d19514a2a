import {
  engine,
  ready,
  registerBackend,
  registerGradient,
  registerKernel,
  removeBackend,
  setBackend,
} from '@tensorflow/tfjs-core';
import { CHEAPER_GRADIENTS } from './cheaper-gradients.js';
import { registerGradients } from './gradients.js';
import type { RunnerOptions } from './graph-runner.js';
import { KERNELS } from './kernels/index.js';
import { BACKEND_NAME, OnnxBackend } from './onnx-backend.js';

export { batchNormTraining } from './batch-norm-training.js';
export { flush } from './flush.js';
export type { RunnerOptions, RunnerStats } from './graph-runner.js';
export { OnnxBackend } from './onnx-backend.js';
export { dropout, randomNormal, randomUniform } from './random-tensors.js';
export { Xoshiro, type XoshiroState } from './xoshiro.js';

let registered = false;

/**
 * Makes ONNX Runtime tfjs's backend and resolves to it. Calling it again starts a new backend; tensors of the former one
 * are lost.
 *
 *     const backend = await useOnnxBackend({ threads: 2 });
 *     ...
 *     await flush([loss]); // one session run
 */
export async function useOnnxBackend(options: RunnerOptions = {}): Promise<OnnxBackend> {
  await register();
  const backend = new OnnxBackend(options);
  if (BACKEND_NAME in engine().registryFactory) removeBackend(BACKEND_NAME);
  registerBackend(BACKEND_NAME, () => backend);
  await setBackend(BACKEND_NAME);
  await ready();
  return backend;
}

/** Kernels and gradients, once. */
async function register(): Promise<void> {
  if (registered) return;
  registered = true;
  for (const kernel of KERNELS) registerKernel({ ...kernel, backendName: BACKEND_NAME });
  await registerGradients();
  for (const gradient of CHEAPER_GRADIENTS) registerGradient(gradient);
}
