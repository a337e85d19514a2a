import '@tensorflow/tfjs-backend-cpu';
import { setBackend, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { registerGradients } from '../../src/tfjs-backend/gradients.js';
import { useOnnxBackend } from '../../src/tfjs-backend/index.js';

/** Uneven numbers from -1 to 1 without a pattern, the same on every backend. */
export function numbers(shape: number[], phase = 0): Tensor {
  const size = shape.reduce((product, side) => product * side, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(1.7 + phase + i * (12.9898 + i * 0.0137))),
    shape,
  );
}

/** What a function makes on tfjs's own cpu backend and on the onnx backend must agree, in shape, dtype and values. */
export async function expectAsOnCpu(make: () => Tensor[], tolerance = 2e-5): Promise<void> {
  await registerGradients();
  await setBackend('cpu');
  const expected = await contents(make());
  await useOnnxBackend({ device: 'cpu', threads: 1 });
  const actual = await contents(make());
  expect(actual.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
    expected.map(({ shape, dtype }) => ({ shape, dtype })),
  );
  for (const [i, { values }] of expected.entries()) {
    const scale = Math.max(1, ...values.map(Math.abs));
    const worst = Math.max(0, ...values.map((value, k) => Math.abs(value - actual[i].values[k])));
    expect(worst, `result ${i}`).toBeLessThanOrEqual(tolerance * scale);
  }
}

function contents(tensors: Tensor[]) {
  return Promise.all(
    tensors.map(async (each) => ({
      shape: each.shape,
      dtype: each.dtype,
      values: Array.from(await each.data()),
    })),
  );
}
