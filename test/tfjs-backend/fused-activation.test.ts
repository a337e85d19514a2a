import { conv2d, fused, leakyRelu, matMul, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { useOnnxBackend } from '../../src/tfjs-backend/index.js';
import { numbers } from './against-cpu.js';

it('a fused leaky ReLU without an alpha has the slope of tfjs\u2019s own', async () => {
  const backend = await useOnnxBackend({ device: 'cpu', threads: 1 });
  const [x, filter] = [numbers([1, 4, 4, 2]) as Tensor4D, numbers([3, 3, 2, 3], 1) as Tensor4D];
  const [a, b] = [numbers([3, 4]) as Tensor2D, numbers([4, 5], 2) as Tensor2D];
  const activation = 'leakyrelu';
  const pairs = [
    [
      fused.conv2d({ x, filter, strides: 1, pad: 'same', activation }),
      leakyRelu(conv2d(x, filter, 1, 'same')),
    ],
    [fused.matMul({ a, b, activation }), leakyRelu(matMul(a, b))],
  ];
  for (const [made, expected] of pairs) {
    const [values, wanted] = [await made.data(), await expected.data()];
    expect(Math.min(...values)).toBeLessThan(0);
    expect(Array.from(values)).toEqual(Array.from(wanted));
  }
  await backend.close();
});
