import { grad, mul, ones, sum, type Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { registerGradients } from '../../src/tfjs-backend/gradients.js';
import {
  dropout,
  randomNormal,
  randomUniform,
  useOnnxBackend,
  Xoshiro,
  type XoshiroState,
} from '../../src/tfjs-backend/index.js';

const MANY = 300_000;

/** Draws everything that a stream can. */
function draws(stream: Xoshiro) {
  return [stream.normal(501), stream.uniform(7, -1, 1), stream.bernoulli(13, 0.3), stream.uint32()];
}

function moments(values: ArrayLike<number>) {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += values[i] / values.length;
  const [second, third, fourth] = [0, 0, 0].map((_, k) => {
    let total = 0;
    for (let i = 0; i < values.length; i++) total += (values[i] - mean) ** (k + 2);
    return total / values.length;
  });
  return { mean, variance: second, skewness: third / second ** 1.5, kurtosis: fourth / second ** 2 };
}

/** Pearson's statistic of counts in bins of these probabilities, less its mean, in standard deviations. */
function chiSquareExcess(
  values: ArrayLike<number>,
  binOf: (x: number) => number,
  probabilities: number[],
): number {
  const counts = new Float64Array(probabilities.length);
  for (let i = 0; i < values.length; i++) counts[binOf(values[i])]++;
  const statistic = probabilities.reduce(
    (total, p, i) => total + (counts[i] - p * values.length) ** 2 / (p * values.length),
    0,
  );
  const freedom = probabilities.length - 1;
  return (statistic - freedom) / Math.sqrt(2 * freedom);
}

function correlation(x: ArrayLike<number>, y: ArrayLike<number>, shift: number): number {
  const count = Math.min(x.length, y.length) - shift;
  const a = moments(x);
  const b = moments(y);
  let total = 0;
  for (let i = 0; i < count; i++) total += (x[i] - a.mean) * (y[i + shift] - b.mean);
  return total / count / Math.sqrt(a.variance * b.variance);
}

describe('Xoshiro', () => {
  it('is xoshiro128** 1.1: from the state 1, 2, 3, 4 what its authors\u2019 program prints', () => {
    const stream = Xoshiro.from([1, 2, 3, 4]);
    expect(Array.from({ length: 12 }, () => stream.uint32())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
      337829053, 2142557243,
    ]);
  });

  it('goes on from its state, through JSON, wherever it stands', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.nat(700), (seed, before) => {
        const stream = new Xoshiro(seed);
        stream.normal(before);
        const state: XoshiroState = JSON.parse(JSON.stringify(stream.state));
        expect(draws(Xoshiro.from(state))).toEqual(draws(stream));
      }),
      { numRuns: 50 },
    );
  });

  it('gives other numbers for another seed, and the same for the same', () => {
    expect(draws(new Xoshiro(5))).toEqual(draws(new Xoshiro(5)));
    const [a, b] = [new Xoshiro(5).uniform(MANY), new Xoshiro(6).uniform(MANY)];
    expect(Math.abs(correlation(a, b, 0))).toBeLessThan(5 / Math.sqrt(MANY));
  });

  it('refuses what is no seed and no state', () => {
    expect(() => new Xoshiro(-1)).toThrow(
      'expected an integer from 0 to 4294967295 for a seed but received -1',
    );
    expect(() => Xoshiro.from([0, 0, 0, 0])).toThrow('not all 0');
    expect(() => Xoshiro.from([1, 2, 3] as unknown as XoshiroState)).toThrow('expected four integers');
    expect(() => Xoshiro.from([1, 2, 3, 0.5])).toThrow('a word of the state');
    expect(() => new Xoshiro(1).bernoulli(1, 1.5)).toThrow('expected a probability from 0 to 1');
  });
});

describe('uniform', () => {
  const values = new Xoshiro(1).uniform(MANY);

  it('fills [0, 1) evenly', () => {
    const bins = 500;
    expect(values.every((x) => x >= 0 && x < 1)).toBe(true);
    const even = new Array(bins).fill(1 / bins);
    expect(Math.abs(chiSquareExcess(values, (x) => Math.floor(x * bins), even))).toBeLessThan(5);
  });

  it('does not depend on what came before', () => {
    for (const shift of [1, 2, 3, 4, 128]) {
      expect(Math.abs(correlation(values, values, shift))).toBeLessThan(5 / Math.sqrt(MANY));
    }
  });

  it('spreads over an interval', () => {
    const spread = new Xoshiro(1).uniform(1000, -3, 5);
    expect(spread[17]).toBeCloseTo(values[17] * 8 - 3, 5);
  });
});

describe('normal', () => {
  const values = new Xoshiro(2).normal(MANY);

  it('has the moments of a normal distribution', () => {
    const { mean, variance, skewness, kurtosis } = moments(values);
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(MANY));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / MANY));
    expect(Math.abs(skewness)).toBeLessThan(5 * Math.sqrt(6 / MANY));
    expect(Math.abs(kurtosis - 3)).toBeLessThan(5 * Math.sqrt(24 / MANY));
  });

  it('has its shape, from the middle to the tails', () => {
    // Edges at the quantiles of a fine sum over the density, so that the test shares nothing with the ziggurat.
    const limit = 4.2;
    const bins = 168;
    const width = (2 * limit) / bins;
    const area = (from: number, to: number) => {
      const steps = 200;
      let total = 0;
      for (let i = 0; i < steps; i++) {
        const x = from + ((to - from) * (i + 0.5)) / steps;
        total += Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
      }
      return (total * (to - from)) / steps;
    };
    const inner = Array.from({ length: bins }, (_, i) => area(-limit + i * width, -limit + (i + 1) * width));
    const tail = area(limit, 12);
    const binOf = (x: number) =>
      x < -limit ? 0 : x >= limit ? bins + 1 : 1 + Math.floor((x + limit) / width);
    expect(Math.abs(chiSquareExcess(values, binOf, [tail, ...inner, tail]))).toBeLessThan(5);
  });

  it('does not depend on what came before, nor does its size', () => {
    const sizes = values.map(Math.abs);
    for (const shift of [1, 2, 3, 4, 128]) {
      expect(Math.abs(correlation(values, values, shift))).toBeLessThan(5 / Math.sqrt(MANY));
      expect(Math.abs(correlation(sizes, sizes, shift))).toBeLessThan(5 / Math.sqrt(MANY));
    }
  });

  it('has the mean and the deviation that are asked for', () => {
    const other = new Xoshiro(2).normal(100, 7, 3);
    expect(other[11]).toBeCloseTo(7 + 3 * values[11], 5);
  });
});

describe('bernoulli', () => {
  it.each([0, 0.2, 0.5, 1])('is 1 with the probability %f', (probability) => {
    const { mean } = moments(new Xoshiro(3).bernoulli(MANY, probability));
    const deviation = Math.sqrt((probability * (1 - probability)) / MANY);
    expect(Math.abs(mean - probability)).toBeLessThanOrEqual(5 * deviation + 1e-9);
  });
});

describe('tensors from a stream', () => {
  it('hold what the stream draws', async () => {
    await useOnnxBackend({ device: 'cpu', threads: 1 });
    const [a, b] = [new Xoshiro(4), new Xoshiro(4)];
    expect(await randomNormal([3, 4], a, 1, 2).data()).toEqual(b.normal(12, 1, 2));
    expect(await randomUniform([3, 4], a, 1, 2).data()).toEqual(b.uniform(12, 1, 2));
  });

  it('drop out a share, keep the mean, and drop the same out of the gradient', async () => {
    await useOnnxBackend({ device: 'cpu', threads: 1 });
    await registerGradients();
    const x = ones([100, 100]);
    const values = await dropout(x, 0.25, new Xoshiro(8)).data();
    const kept = values.filter((value) => value !== 0);
    expect(kept.every((value) => Math.abs(value - 4 / 3) < 1e-6)).toBe(true);
    expect(Math.abs(kept.length / values.length - 0.75)).toBeLessThan(0.03);
    const gradient = grad((each: Tensor) => sum(mul(dropout(each, 0.25, new Xoshiro(8)), 2)))(x);
    expect(Array.from(await gradient.data())).toEqual(Array.from(values, (value) => value * 2));
    expect(await dropout(x, 0, new Xoshiro(8)).data()).toEqual(await x.data());
    expect(() => dropout(x, 1, new Xoshiro(8))).toThrow('expected a rate from 0 up to 1');
  });
});
