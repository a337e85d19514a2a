import '@tensorflow/tfjs-backend-cpu';
import { setBackend, type Tensor, tensor2d, tensor4d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Xoshiro } from '../../../src/tfjs-backend/xoshiro.js';
import { batchNorm, convolution, dense, transposedConvolution } from '../../../src/train/layers/layers.js';
import { normal, Parameters, uniform } from '../../../src/train/layers/parameters.js';

beforeAll(() => setBackend('cpu'));

const make = () => new Parameters(new Xoshiro(1));
const constant = (value: number) => ({ kind: 'constant', value }) as const;
const valuesOf = async (x: Tensor) => Array.from(await x.data());

describe('layers', () => {
  it('dense and the convolutions give what a hand computes', async () => {
    const init = { weight: constant(2), bias: constant(1) };
    expect(await valuesOf(dense(make(), 'd', tensor2d([[1, 2, 3]]), { units: 2, ...init }))).toEqual([
      13, 13,
    ]);
    const x = tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
    const form = { kernel: 2, filters: 1 };
    expect(await valuesOf(convolution(make(), 'c', x, { ...form, padding: 'valid', ...init }))).toEqual([21]);
    const grown = transposedConvolution(make(), 't', x, { ...form, stride: 2, ...init });
    expect(grown.shape).toEqual([1, 4, 4, 1]);
    expect(await valuesOf(grown)).toEqual([3, 3, 5, 5, 3, 3, 5, 5, 7, 7, 9, 9, 7, 7, 9, 9]);
  });

  it('batch norm uses the batch in training, and its buffers for samples', async () => {
    const parameters = make();
    // Mean 3 and variance 4.
    const x = tensor2d([[1], [5]]);
    const [low, high] = await valuesOf(batchNorm(parameters, 'n', x, { mode: 'training' }));
    expect(low).toBeCloseTo(-1, 5);
    expect(high).toBeCloseTo(1, 5);
    // From 0 and 1, a tenth of the way.
    const [mean] = await valuesOf(parameters.buffers.get('n.mean') as Tensor);
    const [variance] = await valuesOf(parameters.buffers.get('n.variance') as Tensor);
    expect(mean).toBeCloseTo(0.3, 6);
    expect(variance).toBeCloseTo(1.3, 6);
    const [sample] = await valuesOf(batchNorm(parameters, 'n', tensor2d([[5]]), { mode: 'sampling' }));
    expect(sample).toBeCloseTo(4.7 / Math.sqrt(1.3), 4);
    expect(await valuesOf(parameters.buffers.get('n.mean') as Tensor)).toEqual([mean]);
  });
});

describe('Parameters', () => {
  it('makes a variable once, and refuses it in another shape', () => {
    const parameters = make();
    const first = parameters.getVariable('w', [2, 3], normal(1));
    expect(parameters.getVariable('w', [2, 3], normal(1))).toBe(first);
    expect(() => parameters.getVariable('w', [3, 2], normal(1))).toThrow(
      'expected w of [3,2] but it is [2,3]',
    );
  });

  it('draws from the stream as asked', async () => {
    const even = await valuesOf(make().getVariable('w', [2000], uniform(0.5)));
    expect(Math.max(...even.map(Math.abs))).toBeLessThanOrEqual(0.5);
    expect(even.reduce((sum, w) => sum + w * w, 0) / 2000).toBeCloseTo(1 / 12, 2);
    const bell = await valuesOf(make().getVariable('w', [2000], normal(0.02)));
    expect(Math.sqrt(bell.reduce((sum, w) => sum + w * w, 0) / 2000)).toBeCloseTo(0.02, 2);
  });
});
