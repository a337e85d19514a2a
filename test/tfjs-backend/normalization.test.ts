import {
  add,
  batchNorm,
  grads,
  square,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { batchNormTraining } from '../../src/tfjs-backend/index.js';
import { expectAsOnCpu, numbers } from './against-cpu.js';

describe('batch norm on the onnx backend', () => {
  it.each([[[2, 4, 3, 5]], [[6, 5]]])('at inference, %s', async (shape) => {
    await expectAsOnCpu(() => {
      const x = numbers(shape) as Tensor4D;
      const [mean, offset, scale] = [0, 1, 2].map((phase) => numbers([5], phase) as Tensor1D);
      const variance = square(numbers([5], 3)) as Tensor1D;
      return [
        batchNorm(x, mean, variance, offset, scale, 0.1),
        batchNorm(x, mean, variance),
        batchNorm(x, mean, variance, undefined, scale),
      ];
    });
  });

  it.each([[[4, 5, 3, 6]], [[1, 7, 7, 2]], [[9, 6]]])('in training, %s, as it is composed', async (shape) => {
    const channels = shape[shape.length - 1];
    await expectAsOnCpu(() => {
      const inputs = [add(numbers(shape), 0.7), numbers([channels], 1), numbers([channels], 2)];
      const run = (x: Tensor, gamma: Tensor, beta: Tensor) =>
        batchNormTraining(x, gamma as Tensor1D, beta as Tensor1D, 1e-3);
      const { output, mean, variance } = run(inputs[0], inputs[1], inputs[2]);
      const outputOf = (...[x, gamma, beta]: Tensor[]) => run(x, gamma, beta).output;
      return [output, mean, variance, ...grads(outputOf)(inputs, numbers(shape, 3))];
    }, 1e-4);
  });

  it('says which shapes it takes', () => {
    const channel = numbers([3]) as Tensor1D;
    expect(() => batchNormTraining(numbers([2, 2, 3]), channel, channel, 1e-3)).toThrow(
      'expected [N, H, W, C] or [N, C] to normalize but received [2,2,3]',
    );
  });
});
