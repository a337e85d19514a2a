import {
  memory,
  mul,
  reshape,
  type Tensor2D,
  type Tensor4D,
  tensor2d,
  tensor4d,
  tidy,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/core/errors.js';
import { estimateMean } from '../../../src/math/statistics/estimate-mean.js';
import type { OpenGenerator } from '../../../src/train/adversarial/open-generator.js';
import { eagerBackend } from '../../../src/train/backend/training-backend.js';
import { family } from '../../../src/train/gan/family.js';
import { chooseClasses } from '../../../src/train/inversion/choose-classes.js';
import { inferenceLoss } from '../../../src/train/inversion/inference-network.js';
import { peakSignalToNoise, squaredErrors } from '../../../src/train/inversion/measure-errors.js';
import { type InvertibleTrainer, optimizeLatents } from '../../../src/train/inversion/optimize-latents.js';
import { measureGap, warnOfInversion } from '../../../src/train/inversion/summarize.js';
import { onCpu, SMALL_FORM, smallSettings } from '../gan/toy.js';

beforeAll(onCpu);

describe('the loss of the inference network', () => {
  it('is the mean squared error of z and the cross-entropy of the class', async () => {
    const z = tensor2d([1, -1, 0, 2], [2, 2]);
    const inferred = {
      z: tensor2d([2, -1, 0, 0], [2, 2]),
      classes: tensor2d([0, 0, 0, Math.log(3)], [2, 2]),
    };
    const { lossZ, lossClass } = inferenceLoss(inferred, z, tensor2d([1, 0, 0, 1], [2, 2]));
    // (1 + 0 + 0 + 4)/4, and the mean of ln 2 and −ln(3/4).
    expect((await lossZ.data())[0]).toBeCloseTo(1.25, 6);
    expect((await lossClass!.data())[0]).toBeCloseTo((Math.log(2) - Math.log(0.75)) / 2, 6);
  });
});

describe('errors', () => {
  it('are of clipped pictures on the scale of [0, 1], and dB of them', () => {
    const errors = squaredErrors(Float32Array.of(-51, 51, 255, 300), Uint8Array.of(0, 0, 255, 204), 2);
    // (0 + .2²)/2 and (0 + .2²)/2: −51 counts as 0, and 300 as 255.
    expect([...errors].map((each) => Number(each.toFixed(12)))).toEqual([0.02, 0.02]);
    const [first, equal] = peakSignalToNoise(Float64Array.of(0.01, 0));
    expect([first, equal]).toEqual([20, 100]);
  });

  it("have Student's interval", () => {
    const { value, se, n, interval } = estimateMean([1, 2, 3, 4], 0.95);
    expect([value, n]).toEqual([2.5, 4]);
    expect(se).toBeCloseTo(Math.sqrt(5 / 3) / 2, 12);
    // The quantile .975 with 3 degrees of freedom is 3.182446305.
    expect(interval.high - 2.5).toBeCloseTo(3.182446305 * se, 8);
    expect(() => estimateMean([1], 0.95)).toThrow(RangeError);
  });

  it("of held-out and training pictures differ by Welch's interval", () => {
    const of = (...errors: number[]) => ({ errors: Float64Array.from(errors) }) as never;
    const [one, other] = [of(1, 2, 3, 4), of(0, 1, 0, 1)];
    const gap = measureGap(
      { network: one, optimization: one },
      { network: other, optimization: other },
      0.95,
    );
    // Means 2.5 and .5; variances of the means 5/12 and 1/12; 4.153846 degrees of freedom, whose quantile is 2.736357.
    expect(gap.network.value).toBe(2);
    expect(gap.network.se).toBeCloseTo(Math.sqrt(0.5), 12);
    expect(gap.network.interval.high - 2).toBeCloseTo(2.736357 * Math.sqrt(0.5), 4);
    const set = (role: string, isTrainingSet: boolean) => ({ role, isTrainingSet }) as never;
    const warn = (isTrainingSet: boolean) =>
      warnOfInversion([set('pictures', false), set('training', isTrainingSet)], gap).join();
    expect(warn(true)).toMatch(/holds something of them/);
    expect(warn(false)).toMatch(/not, picture for picture/);
  });
});

/** G(z) has z·255 as its two pixels. */
const linear = (latentBounds?: [number, number]) =>
  ({
    latentWidth: 2,
    latentBounds,
    generateFrom: (z: Tensor2D) => tidy(() => reshape(mul(z, 255), [z.shape[0], 1, 2, 1]) as Tensor4D),
  }) as unknown as InvertibleTrainer;

describe('the descent on latents', () => {
  const descend = async (steps: number, bounds?: [number, number]) => {
    const x = tensor4d([51, 204, 255, 255], [2, 1, 2, 1]);
    const start = Float32Array.of(0, 0, 0.1, 0.1);
    const z = await optimizeLatents(
      { trainer: linear(bounds), backend: eagerBackend('cpu') },
      { x, start },
      { steps, rate: 0.01 },
    );
    x.dispose();
    return [...z];
  };

  it("takes Adam's steps: the first one has the length of the rate", async () => {
    for (const [i, value] of (await descend(1)).entries()) {
      expect(value).toBeCloseTo([0.01, 0.01, 0.11, 0.11][i], 5);
    }
  });

  it('ends at the latents of the pictures, and keeps nothing', async () => {
    const before = memory().numTensors;
    for (const [i, value] of (await descend(800)).entries())
      expect(value).toBeCloseTo([0.2, 0.8, 1, 1][i], 2);
    expect(memory().numTensors).toBe(before);
  });

  it('stays within the bounds of latents', async () => {
    const [first, ...others] = await descend(300, [-0.5, 0.5]);
    expect(first).toBeCloseTo(0.2, 2);
    expect(others).toEqual([0.5, 0.5, 0.5]);
  });
});

it('latents are bounded where they are uniform', () => {
  for (const [latent, bounds] of [
    ['uniform', [-Math.sqrt(3), Math.sqrt(3)]],
    ['normal', undefined],
  ] as const) {
    const trainer = family.create(smallSettings({ latent }), SMALL_FORM, 1);
    expect(trainer.latentBounds).toEqual(bounds);
    trainer.dispose();
  }
});

describe('the class of a picture', () => {
  const generator = (conditional: boolean) =>
    ({ trainer: { conditional }, form: SMALL_FORM }) as unknown as OpenGenerator;
  const form = (...classNames: string[]) => ({ ...SMALL_FORM, classNames });

  it('is that of its label, the option, or what the network predicts', () => {
    const { from, ofLabel } = chooseClasses(generator(true), form('c', 'a'), {});
    expect([from, ofLabel?.(0), ofLabel?.(1)]).toEqual(['labels', 2, 0]);
    expect(chooseClasses(generator(true), form('c', 'x'), {})).toEqual({ from: 'network' });
    expect(chooseClasses(generator(true), form(), {})).toEqual({ from: 'network' });
    expect(chooseClasses(generator(true), form('a'), { inferClasses: true })).toEqual({ from: 'network' });
    expect(chooseClasses(generator(true), form(), { className: 'b' }).ofLabel?.(7)).toBe(1);
    expect(chooseClasses(generator(false), form('x'), {})).toEqual({ from: 'none' });
  });

  it.each([
    [true, { className: 'x' }, /--class names "x".*it has a, b, c/],
    [true, { className: 'a', inferClasses: true }, /not both/],
    [false, { className: 'a' }, /--class needs a generator that takes classes/],
    [false, { inferClasses: true }, /--infer-classes needs/],
  ] as const)('is refused where it does not fit (%s, %j)', (conditional, options, message) => {
    const choose = () => chooseClasses(generator(conditional), form(), options);
    expect(choose).toThrow(UsageError);
    expect(choose).toThrow(message);
  });
});
