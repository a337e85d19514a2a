import '@tensorflow/tfjs-backend-cpu';
import { concat, mul, setBackend, sum, type Tensor, type Tensor4D, variable } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerGradients } from '../../../src/tfjs-backend/gradients.js';
import { Xoshiro } from '../../../src/tfjs-backend/xoshiro.js';
import { Parameters } from '../../../src/train/layers/parameters.js';
import { virtualBatchNorm } from '../../../src/train/techniques/virtual-batch-norm.js';
import { expectAsOnCpu, numbers } from '../../tfjs-backend/against-cpu.js';
import { expectSlopes } from './finite-differences.js';

const EPSILON = 1e-5;

const statistics = (values: readonly number[]) => {
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  return { mean, variance: values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / values.length };
};

const normalize = (value: number, { mean, variance }: ReturnType<typeof statistics>) =>
  (value - mean) / Math.sqrt(variance + EPSILON);

function norm<X extends Tensor>(x: X, referenceCount: number): X {
  return virtualBatchNorm(new Parameters(new Xoshiro(1)), 'n', x, referenceCount);
}

beforeAll(async () => {
  await registerGradients();
  await setBackend('cpu');
});

describe('virtualBatchNorm', () => {
  it.each([1, 3])('normalizes by a reference batch of %i and the example itself', async (count) => {
    const x = numbers([count + 2, 2, 2, 3]) as Tensor4D;
    const values = await x.array();
    const made = await norm(x, count).array();
    for (const c of [0, 1, 2]) {
      const placesOf = (row: number) => values[row].flat().map((place) => place[c]);
      const reference = Array.from({ length: count }, (_, row) => placesOf(row)).flat();
      for (let row = 0; row < count + 2; row++) {
        // Of the reference's own rows, the reference alone.
        const seen = row < count ? reference : [...reference, ...placesOf(row)];
        for (const [i, value] of placesOf(row).entries()) {
          expect(made[row].flat()[i][c]).toBeCloseTo(normalize(value, statistics(seen)), 4);
        }
      }
    }
  });

  it('normalizes rows of units without places', async () => {
    const x = numbers([4, 2]);
    const values = (await x.array()) as number[][];
    const made = (await norm(x, 3).array()) as number[][];
    for (const c of [0, 1]) {
      const seen = statistics(values.map((row) => row[c]));
      expect(made[3][c]).toBeCloseTo(normalize(values[3][c], seen), 4);
    }
  });

  it('keeps examples independent of each other', async () => {
    const reference = numbers([2, 3], 1);
    const [one, two] = [numbers([1, 3], 2), numbers([1, 3], 3)];
    const alone = await norm(concat([reference, one], 0), 2).array();
    const beside = await norm(concat([reference, one, two], 0), 2).array();
    expect((beside as number[][])[2]).toEqual((alone as number[][])[2]);
  });

  it('has the slope of its differences, through the reference batch too', async () => {
    const parameters = new Parameters(new Xoshiro(1));
    const x = variable(numbers([4, 2, 2, 2]));
    const weights = numbers([4, 2, 2, 2], 20);
    const loss = () => sum(mul(virtualBatchNorm(parameters, 'n', x as Tensor as Tensor4D, 2), weights));
    loss();
    await expectSlopes(loss as never, [x, ...parameters.trainable.values()]);
  });

  it('is the same on the onnx backend', async () => {
    await expectAsOnCpu(() => [norm(numbers([5, 2, 2, 3]), 2), norm(numbers([5, 3]), 2)]);
  });
});
