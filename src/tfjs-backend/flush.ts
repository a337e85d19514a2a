import { findBackend, type Tensor } from '@tensorflow/tfjs-core';
import { BACKEND_NAME, OnnxBackend } from './onnx-backend.js';

/** The backend that `useOnnxBackend` started. */
export function onnxBackend(): OnnxBackend {
  const backend = findBackend(BACKEND_NAME);
  if (backend instanceof OnnxBackend) return backend;
  throw new Error('The onnx backend is not in use: await useOnnxBackend() first.');
}

/**
 * Computes tensors of the onnx backend, and every variable that was assigned, in one session run. Call it at the end of a training step.
 * Reading a tensor with `await data()` does the same for that tensor.
 *
 * @param tensors what is computed besides the variables. @default none
 * @throws {NetworkError} if the runtime refuses the graph
 * @throws {Error} if the onnx backend is not in use
 */
export function flush(tensors: Tensor | readonly Tensor[] = []): Promise<void> {
  return onnxBackend().flush(Array.isArray(tensors) ? tensors : [tensors as Tensor]);
}
