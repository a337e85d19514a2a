import '@tensorflow/tfjs-backend-cpu';
import {
  moments,
  mul,
  setBackend,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  type Variable,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerGradients } from '../../../src/tfjs-backend/gradients.js';
import { Xoshiro } from '../../../src/tfjs-backend/xoshiro.js';
import { normal, Parameters } from '../../../src/train/layers/parameters.js';
import {
  type WeightNormCall,
  type WeightNormPass,
  weightNormConvolution,
  weightNormDense,
  weightNormTransposedConvolution,
} from '../../../src/train/layers/weight-norm.js';
import { expectAsOnCpu, numbers } from '../../tfjs-backend/against-cpu.js';
import { expectSlopes } from '../techniques/finite-differences.js';

type Init = Omit<WeightNormCall, 'pass'>;

const INIT: Init = { direction: normal(0.5), trainableScale: true, initialDeviation: 0.4 };
const maps = () => numbers([6, 4, 4, 3]) as Tensor4D;
type Layer = (parameters: Parameters, pass: WeightNormPass, init?: Init) => Tensor;

const LAYERS: Record<string, Layer> = {
  dense: (p, pass, init = INIT) =>
    weightNormDense(p, 'l', numbers([9, 5]) as Tensor2D, { units: 4, ...init, pass }),
  convolution: (p, pass, init = INIT) =>
    weightNormConvolution(p, 'l', maps(), { kernel: 3, filters: 4, stride: 2, ...init, pass }),
  'transposed convolution': (p, pass, init = INIT) =>
    weightNormTransposedConvolution(p, 'l', maps(), { kernel: 5, filters: 4, stride: 2, ...init, pass }),
};

const parameters = () => new Parameters(new Xoshiro(7));

beforeAll(async () => {
  await registerGradients();
  await setBackend('cpu');
});

describe('weightNormDense', () => {
  it('is g·(x·v)/‖v‖ + b', async () => {
    const own = parameters();
    const made = (await LAYERS.dense(own, 'running').array()) as number[][];
    own.trainable.get('l.scale')!.assign(numbers([4], 1) as never);
    own.trainable.get('l.bias')!.assign(numbers([4], 2) as never);
    const again = (await LAYERS.dense(own, 'running').array()) as number[][];
    const v = (await own.trainable.get('l.direction')!.array()) as number[][];
    const [g, b] = [await numbers([4], 1).data(), await numbers([4], 2).data()];
    const x = (await numbers([9, 5]).array()) as number[][];
    for (const [i, row] of x.entries()) {
      for (const k of [0, 1, 2, 3]) {
        const product = row.reduce((total, each, a) => total + each * v[a][k], 0);
        const unit = product / Math.hypot(...v.map((each) => each[k]));
        expect(made[i][k]).toBeCloseTo(unit, 3);
        expect(again[i][k]).toBeCloseTo(g[k] * unit + b[k], 3);
      }
    }
  });

  it('keeps a scale that is not trainable among the buffers', () => {
    const own = parameters();
    LAYERS.dense(own, 'running', { ...INIT, trainableScale: false });
    expect([...own.trainable.keys()]).toEqual(['l.direction', 'l.bias']);
    expect([...own.buffers.keys()]).toEqual(['l.scale']);
  });
});

describe.each(Object.entries(LAYERS))('a weight-normalized %s layer', (_, layer) => {
  it('starts each unit with mean 0 and the deviation over the first pictures', async () => {
    const own = parameters();
    const first = layer(own, 'initializing');
    for (const made of [first, layer(own, 'running')]) {
      const { mean, variance } = moments(made, [...made.shape.keys()].slice(0, -1));
      for (const value of await mean.data()) expect(value).toBeCloseTo(0, 4);
      for (const value of await variance.data()) expect(Math.sqrt(value)).toBeCloseTo(0.4, 3);
    }
  });

  it('starts from g = 1 and b = 0 where no deviation is asked for', async () => {
    const own = parameters();
    layer(own, 'initializing', { ...INIT, initialDeviation: undefined });
    expect(Array.from(await own.trainable.get('l.scale')!.data())).toEqual([1, 1, 1, 1]);
    expect(Array.from(await own.trainable.get('l.bias')!.data())).toEqual([0, 0, 0, 0]);
  });

  it('does not change with the length of a direction', async () => {
    const own = parameters();
    const made = await layer(own, 'running').data();
    const direction = own.trainable.get('l.direction') as Variable;
    direction.assign(mul(direction, 8));
    const again = await layer(own, 'running').data();
    for (const [i, value] of made.entries()) expect(again[i]).toBeCloseTo(value, 3);
  });

  it('has the slope of its differences', async () => {
    const own = parameters();
    const weights = numbers(layer(own, 'initializing').shape, 20);
    await expectSlopes(() => sum(mul(layer(own, 'running'), weights)), [...own.trainable.values()]);
  });

  it('starts the same on the onnx backend', async () => {
    await expectAsOnCpu(() => {
      const own = parameters();
      return [layer(own, 'initializing'), layer(own, 'running')];
    }, 1e-4);
  });
});
