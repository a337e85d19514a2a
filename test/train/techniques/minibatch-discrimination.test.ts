import '@tensorflow/tfjs-backend-cpu';
import {
  grad,
  mul,
  setBackend,
  sum,
  type Tensor,
  type Tensor2D,
  tensor2d,
  variable,
} from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerGradients } from '../../../src/tfjs-backend/gradients.js';
import { Xoshiro } from '../../../src/tfjs-backend/xoshiro.js';
import { Parameters } from '../../../src/train/layers/parameters.js';
import {
  computeCloseness,
  minibatchDiscrimination,
} from '../../../src/train/techniques/minibatch-discrimination.js';
import { expectAsOnCpu, numbers } from '../../tfjs-backend/against-cpu.js';
import { expectSlopes } from './finite-differences.js';

/** The paper's formula, number by number: rows M_i with dimension c of kernel b at c·kernels + b. */
function closenessByHand(m: readonly number[][], kernels: number): number[][] {
  const distance = (x: number[], y: number[], kernel: number) =>
    x.reduce((total, each, k) => (k % kernels === kernel ? total + Math.abs(each - y[k]) : total), 0);
  return m.map((x) =>
    Array.from({ length: kernels }, (_, kernel) =>
      m.reduce((total, y) => total + Math.exp(-distance(x, y, kernel)), 0),
    ),
  );
}

beforeAll(async () => {
  await registerGradients();
  await setBackend('cpu');
});

describe('computeCloseness', () => {
  it('is the sum of exp(−L1 distance) to every row, with the row itself', async () => {
    // One kernel of two dimensions: distances 1 + 2 = 3 of rows 0 and 1, 0 of rows 0 and 2.
    const m = tensor2d([
      [0, 0],
      [1, 2],
      [0, 0],
    ]);
    const expected = [2 + Math.exp(-3), 1 + 2 * Math.exp(-3), 2 + Math.exp(-3)];
    const found = await computeCloseness(m, 1).data();
    for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 6);
  });

  it('is the formula for any kernels and dimensions', async () => {
    const shape = fc.tuple(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(
        shape,
        fc.integer({ min: 0, max: 99 }),
        async ([count, kernels, dimensions], phase) => {
          const m = numbers([count, kernels * dimensions], phase) as Tensor2D;
          const expected = closenessByHand(await m.array(), kernels);
          const found = await computeCloseness(m, kernels).array();
          for (const [i, row] of expected.entries()) {
            for (const [b, value] of row.entries()) expect(found[i][b]).toBeCloseTo(value, 5);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('has the slope of its differences', async () => {
    const m = variable(numbers([4, 6])) as unknown as Tensor2D;
    const weights = numbers([4, 3], 20);
    await expectSlopes(() => sum(mul(computeCloseness(m, 3), weights)), [m as never]);
  });
});

describe('minibatchDiscrimination', () => {
  const form = { kernels: 3, dimensions: 2 };
  const features = (rows: number, phase = 0) => numbers([rows, 5], phase) as Tensor2D;
  const layer = (
    parameters: Parameters,
    x: Tensor2D,
    sets: number[],
    pass: 'initializing' | 'running' = 'running',
  ) => minibatchDiscrimination(parameters, 'm', x, { ...form, sets, pass });

  it('puts closeness beside the features, and keeps sets apart', async () => {
    const parameters = new Parameters(new Xoshiro(1));
    const both = await layer(parameters, features(7), [3, 4]).array();
    const first = await layer(parameters, features(7).slice([0, 0], [3, 5]), [3]).array();
    expect(both[0]).toHaveLength(8);
    expect(both[0].slice(0, 5)).toEqual((await features(7).array())[0]);
    expect(both.slice(0, 3)).toEqual(first);
    const together = await layer(parameters, features(7), [7]).array();
    expect(together[0].slice(5)).not.toEqual(both[0].slice(5));
  });

  it('starts with closeness of mean 0 whose kernels see nearest examples at the same distance', async () => {
    const parameters = new Parameters(new Xoshiro(1));
    const made = await layer(parameters, features(9), [9], 'initializing').array();
    const again = await layer(parameters, features(9), [9]).array();
    for (const b of [5, 6, 7]) {
      expect(made.reduce((total, row) => total + row[b], 0)).toBeCloseTo(0, 4);
      for (const [i, row] of made.entries()) expect(again[i][b]).toBeCloseTo(row[b], 4);
    }
    const direction = await (parameters.trainable.get('m.direction') as unknown as Tensor2D).array();
    const scale = Array.from(await parameters.trainable.get('m.logScale')!.data(), Math.exp);
    const lengths = scale.map((_, k) => Math.hypot(...direction.map((row) => row[k])));
    const m = (await features(9).array()).map((x) =>
      scale.map(
        (factor, k) => (factor * x.reduce((t, each, a) => t + each * direction[a][k], 0)) / lengths[k],
      ),
    );
    for (const b of [0, 1, 2]) {
      const distance = (x: number[], y: number[]) => Math.abs(x[b] - y[b]) + Math.abs(x[b + 3] - y[b + 3]);
      const nearest = m.map((x) => Math.min(...m.filter((y) => y !== x).map((y) => distance(x, y))));
      expect(nearest.reduce((t, each) => t + each, 0) / 9).toBeCloseTo(2, 4);
    }
  });

  it('is the same on the onnx backend, and so is its gradient', async () => {
    await expectAsOnCpu(() => {
      const m = numbers([4, 6]) as Tensor2D;
      return [computeCloseness(m, 3), ...gradientOf(m)];
    });
  });
});

function gradientOf(m: Tensor2D): Tensor[] {
  return [grad((x) => sum(mul(computeCloseness(x as Tensor2D, 3), numbers([4, 3], 20))))(m)];
}
