import {
  mul,
  ones,
  scalar,
  tensor1d,
  tensor2d,
  tensor4d,
  tidy,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Xoshiro } from '../../../src/tfjs-backend/index.js';
import { limitColumns } from '../../../src/train/gan/column-norm.js';
import { discriminatorLoss, generatorLoss } from '../../../src/train/gan/losses.js';
import { discriminate, keepAll } from '../../../src/train/gan/networks.js';
import { OptimizedNetwork } from '../../../src/train/gan/optimized-network.js';
import { computeMarginalLogits, normalizeContrast } from '../../../src/train/gan/pixels.js';
import { momentumAt, rateAt } from '../../../src/train/gan/schedules.js';
import { facts } from '../../../src/train/gan/settings.js';
import { StepDropout } from '../../../src/train/gan/step-dropout.js';
import { onCpu, smallSettings } from './toy.js';

beforeAll(onCpu);

const value = async (made: { data(): Promise<ArrayLike<number>> }) => (await made.data())[0];

describe('losses', () => {
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  const [onData, onSamples] = [
    [0.5, -1, 3],
    [-2, 0.25, 1],
  ];
  const meanOf = (values: number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

  it('are those of the paper at known logits', async () => {
    const expected =
      -0.5 *
      (meanOf(onData.map((x) => Math.log(sigmoid(x)))) +
        meanOf(onSamples.map((x) => Math.log(1 - sigmoid(x)))));
    expect(await value(discriminatorLoss(tensor1d(onData), tensor1d(onSamples)))).toBeCloseTo(expected, 6);
    expect(await value(generatorLoss(tensor1d(onSamples), 'non-saturating'))).toBeCloseTo(
      -meanOf(onSamples.map((x) => Math.log(sigmoid(x)))),
      6,
    );
    expect(await value(generatorLoss(tensor1d(onSamples), 'minimax'))).toBeCloseTo(
      meanOf(onSamples.map((x) => Math.log(1 - sigmoid(x)))),
      6,
    );
  });

  it('stay finite where D is sure', async () => {
    const sure = tensor1d([90, -90]);
    expect(await value(discriminatorLoss(sure, sure))).toBeCloseTo(45, 4);
    expect(await value(generatorLoss(sure, 'non-saturating'))).toBeCloseTo(45, 4);
    expect(await value(generatorLoss(sure, 'minimax'))).toBeCloseTo(-45, 4);
  });
});

describe('schedules', () => {
  const { settings } = facts.presets.mnist;

  it('divide the learning rate at each step, down to the least', () => {
    expect(rateAt(0, settings)).toBe(0.1);
    expect(rateAt(1, settings)).toBeCloseTo(0.1 / 1.000004, 15);
    expect(rateAt(125_000, settings)).toBeCloseTo(0.1 * Math.exp(-125_000 * Math.log(1.000004)), 12);
    expect(rateAt(10_000_000, settings)).toBe(1e-6);
  });

  it('raise the momentum in a line from epoch 1 to epoch 250', () => {
    expect(momentumAt(0, settings)).toBe(0.5);
    expect(momentumAt(249, settings)).toBeCloseTo(0.7, 12);
    expect(momentumAt(124.5, settings)).toBeCloseTo(0.6, 12);
    expect(momentumAt(1000, settings)).toBeCloseTo(0.7, 12);
    expect(momentumAt(0, { ...settings, momentumEpochs: 1 })).toBe(0.7);
  });
});

describe('the limit of columns', () => {
  const limited = async (name: string, start: Variable, limit: number) => {
    limitColumns(new Map([[name, start]]), limit);
    const values = [...(await start.data())];
    start.dispose();
    return values;
  };

  it('shortens long columns and leaves short ones and biases alone', async () => {
    const start = () =>
      tidy(() =>
        variable(
          tensor2d([
            [3, 0.3, 0],
            [4, 0.4, 0],
          ]),
        ),
      );
    const [a, b, c, d, e, f] = await limited('h.weight', start(), 2);
    expect([a, d]).toEqual([expect.closeTo(1.2, 5), expect.closeTo(1.6, 5)]);
    expect([b, e]).toEqual([expect.closeTo(0.3, 5), expect.closeTo(0.4, 5)]);
    expect([c, f]).toEqual([0, 0]);
    expect((await limited('h.bias', start(), 2))[0]).toBe(3);
  });

  it('takes the norm of a whole filter', async () => {
    const filter = tidy(() => variable(tensor4d([2, 0, 2, 0, 2, 0, 2, 1], [2, 2, 1, 2])));
    const values = await limited('c.weight', filter, 1);
    expect(values[0]).toBeCloseTo(0.5, 5);
    expect(values[7]).toBeCloseTo(1, 5);
  });
});

describe('pixels', () => {
  it('lose their mean and get the norm 55 in each picture', () => {
    const picture = fc.uint8Array({ minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(picture, picture, (one, other) => {
        const made = normalizeContrast(Uint8Array.of(...one, ...other), 2);
        for (const [row, source] of [one, other].entries()) {
          const own = made.subarray(row * 12, (row + 1) * 12);
          const flat = source.every((each) => each === source[0]);
          expect(own.reduce((sum, each) => sum + each, 0)).toBeCloseTo(0, 3);
          expect(Math.hypot(...own)).toBeCloseTo(flat ? 0 : 55, 3);
        }
      }),
    );
  });

  it('have biases whose sigmoid is their mean, within what float32 can tell', () => {
    const logits = computeMarginalLogits(Uint8Array.of(0, 255, 51, 0, 255, 102), 2);
    expect(1 / (1 + Math.exp(-logits[2]))).toBeCloseTo(0.3, 6);
    expect(logits[0]).toBeCloseTo(Math.log(1e-7), 4);
    expect(logits[1]).toBeCloseTo(-Math.log(1e-7), 4);
  });
});

it('D approaches p_data / (p_data + p_g)', async () => {
  const settings = smallSettings({ discriminatorUnits: 6, pieces: 3 });
  const plan = { settings, form: { size: 1, channels: 1, classNames: [] } } as const;
  const at = (values: Float32Array) => tensor4d(values, [values.length, 1, 1, 1]);
  const network = new OptimizedNetwork('discriminator', 1, (parameters) =>
    discriminate(plan, parameters, at(Float32Array.of(0)), { drop: keepAll }),
  );
  // First weights of the paper's size would take thousands of steps to leave 0 with one input.
  tidy(() => {
    for (const each of network.parameters.trainable.values()) each.assign(mul(each, 200));
  });
  // Samples are spread evenly over [0, 1], pictures with the density 2x: D should be 2x / (2x + 1).
  const even = Float32Array.from({ length: 100 }, (_, i) => (i + 0.5) / 100);
  const rising = even.map(Math.sqrt);
  const logitsOf = (values: Float32Array) =>
    discriminate(plan, network.parameters, at(values), { drop: keepAll });
  for (let step = 0; step < 300; step++) {
    tidy(() => {
      const { gradients } = network.gradients(() => discriminatorLoss(logitsOf(rising), logitsOf(even)));
      network.applyGradients(gradients, { rate: scalar(0.2), momentum: scalar(0.8), columnNorm: 0 });
    });
  }
  const logits = await logitsOf(even).data<'float32'>();
  for (let bin = 1; bin < 10; bin++) {
    const inBin = logits.slice(bin * 10, (bin + 1) * 10).map((x) => 1 / (1 + Math.exp(-x)));
    const mean = inBin.reduce((sum, each) => sum + each, 0) / inBin.length;
    const x = (bin + 0.5) / 10;
    expect(mean, `x about ${x}`).toBeGreaterThan((2 * x) / (2 * x + 1) - 0.05);
    expect(mean, `x about ${x}`).toBeLessThan((2 * x) / (2 * x + 1) + 0.05);
  }
  network.dispose();
}, 60_000);

describe('dropout in a step', () => {
  it('keeps the share of each layer, scaled, and the same for G and D', async () => {
    const dropout = new StepDropout(new Xoshiro(1));
    const x = ones([100, 100]);
    const once = [...(await dropout.of('samples')('h0', x, 0.8).data())];
    expect(new Set(once)).toEqual(new Set([0, 1.25]));
    expect(once.filter((each) => each > 0).length / 1e4).toBeCloseTo(0.8, 1);
    expect([...(await dropout.of('samples')('h0', x, 0.8).data())]).toEqual(once);
    expect([...(await dropout.of('data')('h0', x, 0.8).data())]).not.toEqual(once);
    expect(dropout.of('data')('h1', x, 1)).toBe(x);
    dropout.dispose();
  });
});

describe('presets', () => {
  it('are those that were released', () => {
    const { mnist, 'cifar10-dense': dense, 'cifar10-conv': conv, faces } = facts.presets;
    expect(mnist).toMatchObject({ dataset: 'mnist', trainingPictures: 50_000, size: 28, channels: 1 });
    expect(mnist.settings).toMatchObject({
      generatorUnits: 1200,
      discriminatorUnits: 240,
      pieces: 5,
      loss: 'non-saturating',
      latent: 'uniform',
      columnNorm: 0,
    });
    expect(dense.settings).toMatchObject({
      generatorUnits: 8000,
      discriminatorUnits: 1600,
      learningRate: 0.025,
      outputBound: 0.5,
      latent: 'normal',
    });
    expect(conv.settings).toMatchObject({
      networks: 'convolutional',
      discriminatorUnits: 500,
      learningRate: 0.004,
      batchSize: 128,
      outputBound: 0.05,
    });
    expect(faces).toMatchObject({ size: 48, channels: 1 });
    expect(faces.dataset).toBeUndefined();
    expect(faces.settings).toMatchObject({
      discriminatorUnits: 1200,
      columnNorm: 1.9365,
      learningRate: 0.05,
    });
  });

  it('are valid settings, and every setting is described', () => {
    for (const preset of Object.values(facts.presets)) {
      expect(facts.settings.parse(preset.settings)).toEqual(preset.settings);
    }
  });
});
