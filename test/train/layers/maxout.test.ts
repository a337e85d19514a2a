import {
  grad,
  mul,
  setBackend,
  square,
  sum,
  type Tensor,
  type Tensor2D,
  tensor2d,
  tensor4d,
  tidy,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerGradients } from '../../../src/tfjs-backend/gradients.js';
import { useOnnxBackend, Xoshiro } from '../../../src/tfjs-backend/index.js';
import { maximumOfPieces, maxout, maxoutConvolution } from '../../../src/train/layers/maxout.js';
import { Parameters, uniform } from '../../../src/train/layers/parameters.js';
import '@tensorflow/tfjs-backend-cpu';

describe.each(['cpu', 'onnx'])('maxout on the %s backend', (backend) => {
  beforeAll(async () => {
    await registerGradients();
    if (backend === 'onnx') await useOnnxBackend({ device: 'cpu', threads: 1 });
    else await setBackend('cpu');
  });

  const numbers = async (made: Tensor) => Array.from(await made.data());

  it('takes the greatest of the pieces of each unit', async () => {
    // Two units of three pieces: columns are pieces' first units, then second ones.
    const linear = tensor2d([
      [1, 10, 2, 30, 3, 20],
      [-1, 0, -2, -1, -3, 5],
    ]);
    expect(await numbers(maximumOfPieces(linear, 3))).toEqual([3, 30, -1, 5]);
  });

  it('gives the gradient to the greatest piece, the first where two are equal', async () => {
    const linear = tensor2d([[1, 10, 2, 30, 2, 20]]);
    const weights = tensor2d([[5, 7]]);
    const slope = grad((x) => sum(mul(maximumOfPieces(x, 3), weights)));
    expect(await numbers(slope(linear))).toEqual([0, 0, 5, 7, 0, 0]);
  });

  it('is the greatest of linear functions, by hand', async () => {
    const parameters = new Parameters(new Xoshiro(1));
    const x = tensor2d([[1, 2]]);
    maxout(parameters, 'h', x, { units: 1, pieces: 2, weight: uniform(1) });
    tidy(() => {
      parameters.trainable.get('h.weight')?.assign(
        tensor2d([
          [1, -1],
          [2, 4],
        ]),
      );
    });
    // 1·1 + 2·2 = 5 and −1·1 + 4·2 = 7.
    expect(await numbers(maxout(parameters, 'h', x, { units: 1, pieces: 2, weight: uniform(1) }))).toEqual([
      7,
    ]);
    parameters.dispose();
  });

  it('agrees with finite differences', async () => {
    const parameters = new Parameters(new Xoshiro(3));
    const net = (x: Tensor) =>
      sum(square(maxout(parameters, 'h', x as Tensor2D, { units: 4, pieces: 3, weight: uniform(1) })));
    const at = [0.3, -0.7, 0.2, 0.9, -0.1, 0.4];
    const of = (values: number[]) => tensor2d(values, [2, 3]);
    const slopes = await numbers(grad((x) => net(x))(of(at)));
    for (const [i, slope] of slopes.entries()) {
      const moved = async (by: number) => (await net(of(at.with(i, at[i] + by))).data())[0];
      expect(((await moved(1e-2)) - (await moved(-1e-2))) / 2e-2).toBeCloseTo(slope, 2);
    }
    parameters.dispose();
  });

  it('works over the channels of a convolution', async () => {
    const parameters = new Parameters(new Xoshiro(3));
    const x = tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
    const form = { kernel: 1, filters: 2, padding: 'valid' } as const;
    const net = () => maxoutConvolution(parameters, 'c', x, { ...form, pieces: 2, weight: uniform(1) });
    expect(net().shape).toEqual([1, 2, 2, 2]);
    tidy(() => {
      parameters.trainable.get('c.weight')?.assign(tensor4d([1, -1, 2, -3], [1, 1, 1, 4]));
    });
    // Of pixel p unit 0 is the greater of p and 2p, unit 1 that of −p and −3p.
    expect(await numbers(net())).toEqual([2, -1, 4, -2, 6, -3, 8, -4]);
    parameters.dispose();
  });
});

it('refuses a number of pieces that does not part the units', () => {
  expect(() => maximumOfPieces(tensor2d([[1, 2, 3]]), 2)).toThrow();
});
