import type { Tensor } from '@tensorflow/tfjs-core';

/** What a training run computes with; `auto` is TensorFlow on a GPU where its package is installed, else ONNX Runtime. */
export const BACKEND_CHOICES = ['auto', 'onnx', 'tensorflow', 'wasm'] as const;
export type BackendChoice = (typeof BACKEND_CHOICES)[number];

/** What tfjs computes with, chosen and ready. */
export interface TrainingBackend {
  /** As tfjs calls it. */
  readonly name: string;
  /** Computes these tensors and every variable that was assigned, where the backend doesn't compute at once. */
  flush(tensors: readonly Tensor[]): Promise<void>;
}

/** Backends that compute at once have nothing to flush. */
export function eagerBackend(name: string): TrainingBackend {
  return { name, flush: async () => {} };
}
