import { type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';

/** Numbers of one tensor, row-major. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Tensors by name, outside of tfjs's backends. */
export type Weights = ReadonlyMap<string, StoredTensor>;

/** Copies tensors out of the backend. */
export async function readTensors(tensors: ReadonlyMap<string, Tensor>): Promise<Map<string, StoredTensor>> {
  const read = new Map<string, StoredTensor>();
  for (const [name, each] of tensors) {
    read.set(name, { shape: each.shape, data: Float32Array.from(await each.data()) });
  }
  return read;
}

/**
 * Assigns stored tensors to variables by name.
 *
 * @throws {RangeError} if a variable has no stored tensor of its shape
 */
export function assignTensors(
  variables: ReadonlyMap<string, { readonly shape: number[]; assign(value: Tensor): void }>,
  weights: Weights,
): void {
  for (const [name, variable] of variables) {
    const stored = weights.get(name);
    if (!stored || String(stored.shape) !== String(variable.shape)) {
      throw new RangeError(`expected ${name} of [${variable.shape}] but received [${stored?.shape}]`);
    }
    tidy(() => variable.assign(tensor(stored.data, [...stored.shape])));
  }
}

/** Whether every number is finite. */
export function areFinite(weights: Weights): boolean {
  return [...weights.values()].every(({ data }) => data.every(Number.isFinite));
}
