import '@tensorflow/tfjs-backend-cpu';
import { setBackend, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { classAccuracy, classLoss, fakeLoss, realLoss } from '../../../src/train/acgan/losses.js';

beforeAll(() => setBackend('cpu'));

const value = (scalar: { dataSync(): ArrayLike<number> }) => scalar.dataSync()[0];

describe('the losses at known logits', () => {
  const source = tensor1d([0, Math.log(3), -60]);
  // P(real) is 1/2, 3/4 and e^-60.

  it('are −log P(real) of real pictures and −log P(fake) of others', () => {
    expect(value(realLoss(source))).toBeCloseTo((Math.log(2) + Math.log(4 / 3) + 60) / 3, 4);
    expect(value(fakeLoss(source))).toBeCloseTo((Math.log(2) + Math.log(4)) / 3, 5);
  });

  it('are −log P(c) for classes, with the share that is right', () => {
    const logits = tensor2d([
      [Math.log(6), Math.log(3), 0],
      [0, 0, Math.log(2)],
    ]);
    const targets = tensor2d([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    expect(value(classLoss(logits, targets))).toBeCloseTo((Math.log(10 / 6) + Math.log(4)) / 2, 5);
    expect(value(classAccuracy(logits, targets))).toBe(0.5);
  });
});
