import {
  avgPool,
  grad,
  maxPool,
  mul,
  sum,
  type Tensor,
  type Tensor4D,
  tensor4d,
} from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { registerGradients } from '../../src/tfjs-backend/gradients.js';
import { useOnnxBackend } from '../../src/tfjs-backend/index.js';
import { expectAsOnCpu, numbers } from './against-cpu.js';

const X: [number, number, number, number][] = [
  [2, 8, 8, 3],
  [2, 7, 9, 2],
  [1, 5, 4, 1],
  [1, 16, 17, 2],
];
const WINDOWS: [number | [number, number], number | [number, number], 'same' | 'valid' | number][] = [
  [2, 2, 'valid'],
  [2, 2, 'same'],
  [3, 1, 'same'],
  [3, 2, 'same'],
  [3, 2, 'valid'],
  [4, 3, 'valid'],
  [[2, 3], [1, 2], 'same'],
  [1, 2, 'same'],
  [3, 2, 1],
];
const cases = X.flatMap((x) => WINDOWS.map(([window, strides, pad]) => [x, window, strides, pad] as const));

/**
 * tfjs's gradients refuse paddings that their forward kernels accept with a rounding. And its cpu backend divides the
 * gradient of averages by the whole window where the forward kernel divides by what lies inside the picture.
 */
function hasGradient(pool: unknown, pad: 'same' | 'valid' | number): boolean {
  return pad === 'valid' || (pad === 'same' && pool === maxPool);
}

describe.each([
  ['maximum', maxPool],
  ['average', avgPool],
] as const)('%s pooling on the onnx backend', (_, pool) => {
  it.each(cases)('%s by %s, stride %s, %s', async (shape, window, strides, pad) => {
    await expectAsOnCpu(() => {
      const round = typeof pad === 'number' ? 'floor' : undefined;
      const run = (x: Tensor) => pool(x as Tensor4D, window as number, strides as number, pad, round);
      const x = numbers([...shape]);
      const y = run(x);
      return hasGradient(pool, pad) ? [y, grad(run)(x, numbers(y.shape, 1))] : [y];
    });
  });
});

describe('maximum pooling on the onnx backend', () => {
  it('gives the gradient to the first of equal maxima', async () => {
    await expectAsOnCpu(() => {
      const x = tensor4d([1, 3, 3, 3, 1, 3, 0, 0, 0], [1, 3, 3, 1]);
      const run = (each: Tensor) => maxPool(each as Tensor4D, 2, 1, 'valid');
      return [grad(run)(x, numbers([1, 2, 2, 1]))];
    });
  });

  it('keeps int32', async () => {
    await expectAsOnCpu(() => [maxPool(tensor4d([1, 5, 3, 2], [1, 2, 2, 1], 'int32'), 2, 1, 'valid')]);
  });
});

it.each(cases.filter(([, , , pad]) => pad === 'same'))(
  'average pooling has the gradient of what it computes: %s by %s, stride %s, %s',
  async (shape, window, strides, pad) => {
    await useOnnxBackend({ device: 'cpu', threads: 1 });
    await registerGradients();
    const run = (x: Tensor) => avgPool(x as Tensor4D, window as number, strides as number, pad);
    const x = numbers([...shape]);
    const y = run(x);
    const dy = numbers(y.shape, 1);
    // The map is linear: <pool(x), dy> = <x, gradient(dy)>.
    const [forward] = await sum(mul(y, dy)).data();
    const [backward] = await sum(mul(x, grad(run)(x, dy))).data();
    expect(backward).toBeCloseTo(forward, 4);
  },
);
