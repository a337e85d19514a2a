import '@tensorflow/tfjs-backend-cpu';
import {
  grad,
  mul,
  type Scalar,
  setBackend,
  sigmoid,
  sub,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
  tensor2d,
  variable,
} from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerGradients } from '../../../src/tfjs-backend/gradients.js';
import { featureMatchingLoss } from '../../../src/train/techniques/feature-matching.js';
import { sourceLoss } from '../../../src/train/techniques/label-smoothing.js';
import { labeledLoss, sourceLogits } from '../../../src/train/techniques/semi-supervised-loss.js';
import { numbers } from '../../tfjs-backend/against-cpu.js';
import { expectSlopes } from './finite-differences.js';

const numberIn = async (x: Scalar) => (await x.data())[0];
const moving = (shape: number[], phase = 0) => variable(numbers(shape, phase)) as unknown as Tensor2D;
const asVariables = (...tensors: Tensor2D[]) => tensors as never[];

beforeAll(async () => {
  await registerGradients();
  await setBackend('cpu');
});

describe('featureMatchingLoss', () => {
  // Means (2, 1) and (0, 4).
  const real = () =>
    tensor2d([
      [1, 0],
      [3, 2],
    ]);
  const fake = () => tensor2d([[0, 4]]);

  it('is the distance of the means, by the number of features', async () => {
    expect(await numberIn(featureMatchingLoss(real(), fake(), 'squared'))).toBeCloseTo((4 + 9) / 2, 6);
    expect(await numberIn(featureMatchingLoss(real(), fake(), 'absolute'))).toBeCloseTo((2 + 3) / 2, 6);
  });

  it.each(['squared', 'absolute'] as const)('has the slope of its differences, %s', async (distance) => {
    const [x, y] = [moving([3, 4]), moving([5, 4], 1)];
    await expectSlopes(() => featureMatchingLoss(x, y, distance), asVariables(x, y));
  });
});

describe('sourceLoss', () => {
  it('is the cross-entropy with the target', async () => {
    const logits = [-30, -1, 0.5, 2];
    for (const target of [0, 0.3, 0.9, 1]) {
      const expected = logits.map((l) => {
        const d = 1 / (1 + Math.exp(-l));
        return -target * Math.log(d) - (1 - target) * Math.log(1 - d);
      });
      const mean = expected.reduce((sum, each) => sum + each, 0) / logits.length;
      expect(await numberIn(sourceLoss(tensor1d(logits), target))).toBeCloseTo(mean, 5);
    }
  });

  it('is least at D* = α·p_data/(p_data + p_g)', async () => {
    const densities = fc.double({ min: 0.05, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        densities,
        densities,
        fc.double({ min: 0.5, max: 1, noNaN: true }),
        async (data, g, alpha) => {
          const optimum = (alpha * data) / (data + g);
          const logit = tensor1d([Math.log(optimum / (1 - optimum))]);
          // Of one place, which real pictures have by one weight and generated ones by another.
          const slope = grad((l) => sub(mul(sourceLoss(l, alpha), data), mul(sourceLoss(l, 0), -g)))(logit);
          expect((await slope.data())[0]).toBeCloseTo(0, 5);
        },
      ),
    );
  });

  it('has the slope of its differences', async () => {
    const logits = moving([6, 1]);
    await expectSlopes(() => sourceLoss(logits, 0.9), asVariables(logits));
  });
});

describe('the loss of K + 1 classes', () => {
  const LOGITS = [
    [1, -2, 0.5],
    [0, 3, -1],
  ];
  const totals = LOGITS.map((row) => row.reduce((z, l) => z + Math.exp(l), 0));

  it('has D = Z/(Z + 1), the share of the first K of K + 1 classes of which the last has logit 0', async () => {
    const d = await sigmoid(sourceLogits(tensor2d(LOGITS))).data();
    for (const [i, z] of totals.entries()) expect(d[i]).toBeCloseTo(z / (z + 1), 6);
  });

  it('is the usual discriminator of one logit', async () => {
    expect(Array.from(await sourceLogits(tensor2d([[0.7], [-2]])).data())).toEqual(
      Array.from(Float32Array.of(0.7, -2)),
    );
  });

  it('is log-sum-exp for real and generated pictures, without overflow', async () => {
    const logits = tensor2d([...LOGITS, [200, 100, 0]]);
    const l = (await sourceLogits(logits).data()) as Float32Array;
    expect(l[0]).toBeCloseTo(Math.log(totals[0]), 5);
    expect(l[2]).toBeCloseTo(200, 4);
    const real = await numberIn(sourceLoss(sourceLogits(tensor2d(LOGITS)), 1));
    expect(real).toBeCloseTo(-totals.reduce((t, z) => t + Math.log(z / (z + 1)), 0) / 2, 5);
    const fake = await numberIn(sourceLoss(sourceLogits(tensor2d(LOGITS)), 0));
    expect(fake).toBeCloseTo(-totals.reduce((t, z) => t + Math.log(1 / (z + 1)), 0) / 2, 5);
  });

  it('is −log softmax of the label for labeled pictures', async () => {
    const oneHot = tensor2d([
      [0, 0, 1],
      [0, 1, 0],
    ]);
    const expected = -(0.5 - Math.log(totals[0]) + 3 - Math.log(totals[1])) / 2;
    expect(await numberIn(labeledLoss(tensor2d(LOGITS), oneHot))).toBeCloseTo(expected, 5);
    const logits = moving([2, 3]);
    await expectSlopes(() => labeledLoss(logits, oneHot), asVariables(logits));
    await expectSlopes(() => sourceLoss(sourceLogits(logits) as Tensor1D, 0.9), asVariables(logits));
  });
});
