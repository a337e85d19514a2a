import '@tensorflow/tfjs-backend-cpu';
import { memory, scalar, setBackend, tensor1d, tidy, variable } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { refuseLateMean } from '../../src/train/adversarial/average-settings.js';
import { drawNormal, rngFor } from '../../src/train/loop/rng-for.js';
import { assignTensors } from '../../src/train/loop/weights.js';
import { Adam } from '../../src/train/optimizers/adam.js';
import { Momentum } from '../../src/train/optimizers/momentum.js';
import { Nesterov } from '../../src/train/optimizers/nesterov.js';
import { oneCycleRate } from '../../src/train/optimizers/one-cycle.js';
import { averageOf, WeightAverage } from '../../src/train/optimizers/weight-average.js';

beforeAll(() => setBackend('cpu'));

describe('oneCycleRate', () => {
  it('rises in a line to the peak and falls in a line to nothing', () => {
    const cycle = { peak: 2, rise: 0.25, start: 0.5 };
    const rates = Array.from({ length: 8 }, (_, step) => oneCycleRate(step, 8, cycle));
    expect(rates).toEqual([1, 1.5, 2, 5 / 3, 4 / 3, 1, 2 / 3, 1 / 3]);
    expect(oneCycleRate(8, 8, cycle)).toBe(0);
  });
});

describe('Nesterov', () => {
  it('moves as PyTorch does, with a decay and a rate of each variable', async () => {
    const before = memory().numTensors;
    const [w, b] = [[1, -2], [0.5]].map((values) => tidy(() => variable(tensor1d(values))));
    const optimizer = new Nesterov(
      new Map([
        ['w', w],
        ['b', b],
      ]),
      {
        momentum: 0.9,
        weightDecay: (name) => (name === 'w' ? 0.1 : 0),
        rate: (name) => (name === 'b' ? 3 : 1),
      },
    );
    const expected = { w: [1, -2], v: [0, 0], b: 0.5, vb: 0 };
    for (const gradient of [0.2, -0.4, 0.3]) {
      tidy(() =>
        optimizer.applyGradients(
          { [w.name]: tensor1d([gradient, 1]), [b.name]: tensor1d([gradient]) },
          scalar(0.05),
        ),
      );
      for (const i of [0, 1]) {
        const slope = (i === 0 ? gradient : 1) + 0.1 * expected.w[i];
        expected.v[i] = 0.9 * expected.v[i] + slope;
        expected.w[i] -= 0.05 * (slope + 0.9 * expected.v[i]);
      }
      expected.vb = 0.9 * expected.vb + gradient;
      expected.b -= 0.15 * (gradient + 0.9 * expected.vb);
    }
    for (const [i, value] of (await w.data()).entries()) expect(value).toBeCloseTo(expected.w[i], 5);
    expect((await b.data())[0]).toBeCloseTo(expected.b, 5);
    optimizer.dispose();
    w.dispose();
    b.dispose();
    expect(memory().numTensors).toBe(before);
  });
});

describe('Adam', () => {
  it('moves as the algorithm does, in float64 by hand', async () => {
    const w = tidy(() => variable(tensor1d([1, -2])));
    const adam = new Adam(new Map([['w', w]]), { beta1: 0.5, beta2: 0.999, epsilon: 1e-3 });
    const expected = [1, -2];
    const [first, second] = [
      [0, 0],
      [0, 0],
    ];
    for (const [t, gradient] of [
      [0.2, 3],
      [-0.4, 1e-4],
      [0.3, -2],
      [0.01, 0],
    ].entries()) {
      tidy(() => adam.applyGradients({ [w.name]: tensor1d(gradient) }, scalar(0.05)));
      for (const i of [0, 1]) {
        first[i] = 0.5 * first[i] + 0.5 * gradient[i];
        second[i] = 0.999 * second[i] + 0.001 * gradient[i] ** 2;
        const mean = first[i] / (1 - 0.5 ** (t + 1));
        expected[i] -= (0.05 * mean) / (Math.sqrt(second[i] / (1 - 0.999 ** (t + 1))) + 1e-3);
      }
    }
    for (const [i, value] of (await w.data()).entries()) expect(value).toBeCloseTo(expected[i], 5);
    adam.dispose();
    w.dispose();
  });
});

describe('Momentum', () => {
  it('keeps a share of the last move, which may change', async () => {
    const w = tidy(() => variable(tensor1d([1])));
    const momentum = new Momentum(new Map([['w', w]]));
    const move = (gradient: number, share: number) =>
      tidy(() => momentum.applyGradients({ [w.name]: tensor1d([gradient]) }, scalar(0.1), scalar(share)));
    // Moves of −0.1·2, then 0.5·(−0.2) − 0.1·1, then 0.25·(−0.2) + 0.1·4.
    move(2, 0.5);
    move(1, 0.5);
    move(-4, 0.25);
    expect((await w.data())[0]).toBeCloseTo(1 - 0.2 - 0.2 + 0.35, 6);
    momentum.dispose();
    w.dispose();
  });
});

describe('WeightAverage', () => {
  it('forgets its beginning fast and follows slowly later', async () => {
    const w = variable(tensor1d([100]));
    const average = new WeightAverage(new Map([['w', w]]), 0.5);
    let expected = 100;
    for (let step = 0; step < 12; step++) {
      tidy(() => w.assign(tensor1d([step])));
      average.update(step);
      const decay = Math.min(0.5, (1 + step) / (10 + step));
      expected = decay * expected + (1 - decay) * step;
    }
    expect((await average.averages.get('w')!.data())[0]).toBeCloseTo(expected, 4);
    expect(expected).toBeCloseTo(10, 0);
    average.dispose();
    w.dispose();
  });

  it('is the plain mean from a step on, and the weights as they are before it', async () => {
    const w = variable(tensor1d([100]));
    const average = new WeightAverage(new Map([['w', w]]), { from: 3 });
    const means: number[] = [];
    for (const [step, weight] of [8, 1, 5, 2, 4, 9].entries()) {
      tidy(() => w.assign(tensor1d([weight])));
      average.update(step);
      means.push((await average.averages.get('w')!.data())[0]);
    }
    // (2 + 4) / 2 and (2 + 4 + 9) / 3.
    for (const [i, mean] of [8, 1, 5, 2, 3, 5].entries()) expect(means[i]).toBeCloseTo(mean, 5);
    average.dispose();
    w.dispose();
  });

  it('draws samples by one rule: none, a decay, or a step', () => {
    const weights = new Map([['w', variable(tensor1d([1]))]]);
    expect(averageOf(weights, { averageDecay: 0 })).toBeUndefined();
    expect(averageOf(weights, { averageDecay: 0.9 })).toBeInstanceOf(WeightAverage);
    expect(averageOf(weights, { averageDecay: 0, averageFrom: 0 })).toBeInstanceOf(WeightAverage);
    expect(() => averageOf(weights, { averageDecay: 0.9, averageFrom: 0 })).toThrow('give one of them');
  });
});

it('a mean of weights begins within the run', () => {
  expect(() => refuseLateMean({ averageFrom: 10 }, 10)).toThrow("not among the run's 10 steps");
  expect(() => refuseLateMean({ averageFrom: 9 }, 10)).not.toThrow();
  expect(() => refuseLateMean({}, 10)).not.toThrow();
});

describe('assignTensors', () => {
  it('refuses tensors of another shape or name', () => {
    const variables = new Map([['w', variable(tensor1d([1, 2]))]]);
    const stored = { shape: [3], data: new Float32Array(3) };
    expect(() => assignTensors(variables, new Map([['w', stored]]))).toThrow(
      'expected w of [2] but received [3]',
    );
    expect(() => assignTensors(variables, new Map([['v', stored]]))).toThrow(RangeError);
  });
});

describe('rngFor', () => {
  it('gives every place its own stream, the same each time', () => {
    const firsts = new Set<number>();
    for (let seed = 0; seed < 10; seed++)
      for (let purpose = 0; purpose < 10; purpose++)
        for (let step = 0; step < 100; step++) firsts.add(rngFor(seed, purpose, step).uint32());
    // Of 10,000 numbers below 2³², 0.01 pairs are equal by chance.
    expect(firsts.size).toBeGreaterThan(9997);
    expect(rngFor(1, 2).uint32()).toBe(rngFor(1, 2).uint32());
    expect(rngFor(1, 2).uint32()).not.toBe(rngFor(1, 2, 0).uint32());
  });

  it('draws normal numbers', () => {
    const rng = rngFor(1, 1);
    const values = Float64Array.from({ length: 50_000 }, () => drawNormal(rng));
    const moment = (power: number) => values.reduce((sum, x) => sum + x ** power, 0) / values.length;
    expect(Math.abs(moment(1))).toBeLessThan(0.02);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.03);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.2);
  });
});
