import type { Tensor } from '@tensorflow/tfjs-core';

/** What a training run can compute with. `auto` is TensorFlow on a GPU where its package is installed, else ONNX Runtime. */
export const BACKEND_CHOICES = ['auto', 'onnx', 'tensorflow', 'wasm'] as const;
/** `onnx`: ONNX Runtime. `tensorflow`: the package @tensorflow/tfjs-node-gpu or -node. `wasm`: @tensorflow/tfjs-backend-wasm. */
export type BackendChoice = (typeof BACKEND_CHOICES)[number];

/** A backend of tfjs that is ready. */
export interface TrainingBackend {
  /** The name that tfjs has for it. */
  readonly name: string;
  /** The most training steps that are best computed in one run, where they are quick. @default 1 */
  readonly stepsPerRun?: number;
  /**
   * Computes tensors, and every variable that was assigned. Does nothing on backends that compute at once.
   *
   * @param tensors what is computed besides the variables
   */
  flush(tensors: readonly Tensor[]): Promise<void>;
}

/** Backends that compute at once have nothing to flush. */
export function eagerBackend(name: string): TrainingBackend {
  return { name, flush: async () => {} };
}
