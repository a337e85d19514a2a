import { beforeAll, describe, expect, it } from 'vitest';
import { minimize } from '../../../src/math/optimization/minimize.js';
import { studentQuantile } from '../../../src/math/statistics/student.js';
import type { PictureForm } from '../../../src/train/adversarial/trainer.js';
import { GanTrainer } from '../../../src/train/gan/trainer.js';
import { drawLabels } from '../../../src/train/probing/draw-labels.js';
import { estimateDifference, estimateError } from '../../../src/train/probing/estimate-errors.js';
import { fitClassifier, predict } from '../../../src/train/probing/fit-classifier.js';
import { crossEntropy, softmaxLoss } from '../../../src/train/probing/softmax-loss.js';
import { spanOfRows } from '../../../src/train/probing/span-of-rows.js';
import { onCpu, picturesOf, SMALL_FORM, smallSettings, stateOf } from '../gan/toy.js';

/** Nine rows of three small integers, of three classes in turn. */
const ROWS = {
  x: Float64Array.from({ length: 27 }, (_, at) => {
    const [i, j] = [Math.floor(at / 3), at % 3];
    return ((7 * i + 3 * j * j + i * j) % 11) - 5;
  }),
  width: 3,
  labels: Int32Array.from({ length: 9 }, (_, i) => i % 3),
  classes: 3,
};

describe('the loss', () => {
  it('is −log of the probability of the label, and a penalty on weights alone', () => {
    // Logits 2·1 + 0 = 2 and 2·0 + 1 = 1.
    const parameters = Float64Array.of(1, 0, 0, 1);
    const one = { x: Float64Array.of(2), width: 1, labels: Int32Array.of(0), classes: 2 };
    const data = Math.log(1 + Math.exp(-1));
    expect(crossEntropy(parameters, one)).toBeCloseTo(data, 14);
    const { value, gradient } = softmaxLoss(parameters, one, 0.5);
    expect(value).toBeCloseTo(data + 0.25, 14);
    const p = 1 / (1 + Math.exp(1));
    const expected = [-2 * p + 0.5, -p, 2 * p, p];
    for (const [i, each] of expected.entries()) expect(gradient[i]).toBeCloseTo(each, 14);
  });

  it('does not overflow', () => {
    const one = { x: Float64Array.of(1), width: 1, labels: Int32Array.of(1), classes: 2 };
    expect(crossEntropy(Float64Array.of(2000, 0, 0, 0), one)).toBe(2000);
  });

  it('has the gradient of its differences', () => {
    const at = Float64Array.from({ length: 12 }, (_, i) => Math.sin(i + 1));
    const { gradient } = softmaxLoss(at, ROWS, 0.3);
    for (let i = 0; i < 12; i++) {
      const [above, below] = [1e-6, -1e-6].map(
        (by) =>
          softmaxLoss(
            at.map((each, j) => each + (i === j ? by : 0)),
            ROWS,
            0.3,
          ).value,
      );
      expect(gradient[i]).toBeCloseTo((above - below) / 2e-6, 8);
    }
  });

  it('is least where PyTorch finds it', () => {
    // torch.optim.LBFGS in float64 on cross_entropy(x @ W.T + b, y) + .05 / 2 * (W ** 2).sum(), to a gradient of 3e-10.
    const expected = [
      ...[0.607316789581, -0.016389890887, -0.672875729955, 1.367932310314],
      ...[0.552745632784, -0.637575004443, 0.03473656779, 0.407729637428],
      ...[-1.160062422365, 0.65396489533, 0.638139162165, -1.775661947742],
    ];
    const f = (at: Float64Array) => softmaxLoss(at, ROWS, 0.05);
    const found = minimize(f, new Float64Array(12), { tolerance: 1e-10, evaluations: 500 });
    for (const [i, each] of expected.entries()) expect(found[i]).toBeCloseTo(each, 7);
    expect(f(found).value).toBeCloseTo(0.3675863458692621, 13);
  });
});

describe('the span of rows', () => {
  it('has an orthonormal basis, in which the rows are what they were', () => {
    const wide = Float64Array.from({ length: 20 }, (_, i) => Math.sin(i * i));
    const { rank, basis, coordinates } = spanOfRows(wide, 5);
    expect(rank).toBe(4);
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 4; j++) {
        const product = sum(5, (k) => basis[i * 5 + k] * basis[j * 5 + k]);
        expect(product).toBeCloseTo(i === j ? 1 : 0, 13);
      }
      for (let k = 0; k < 5; k++) {
        const again = sum(4, (j) => coordinates[i * 4 + j] * basis[j * 5 + k]);
        expect(again).toBeCloseTo(wide[i * 5 + k], 13);
      }
    }
  });

  it('has no vector for a row that others make, or for zeros', () => {
    expect(spanOfRows(Float64Array.of(1, 2, 2, 4, 0, 0), 2).rank).toBe(1);
    expect(spanOfRows(new Float64Array(4), 2).rank).toBe(0);
  });
});

const sum = (count: number, of: (i: number) => number) =>
  Array.from({ length: count }, (_, i) => of(i)).reduce((total, each) => total + each, 0);

describe('the classifier', () => {
  const labels = Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1);
  const folds = Int32Array.of(0, 1, 2, 3, 0, 1, 2, 3);
  /** Four pictures at `center` − `spread`, four at `center` + `spread`. */
  const twoPoints = (center: number, spread: number) =>
    fitClassifier({
      features: Float32Array.from(labels, (label) => center + (label === 0 ? -spread : spread)),
      ...{ width: 1, labels, classes: 2, folds },
    });

  it('of two points is the one whose slope is in closed form', async () => {
    const { weights, biases, strength } = await twoPoints(0, 1);
    expect(strength).toBe(1e-5);
    // By symmetry the weights are −w and w; the loss log(1 + e^(−2w)) + strength·w² is least where strength·w = 1/(1 + e^(2w)).
    expect(weights[0]).toBeCloseTo(-weights[1], 6);
    expect((strength * weights[1] * (1 + Math.exp(2 * weights[1])) - 1) / 10).toBeCloseTo(0, 2);
    for (const bias of biases) expect(bias).toBeCloseTo(0, 6);
  });

  it('is the same for features that are moved and scaled', async () => {
    const [plain, moved] = [await twoPoints(0, 1), await twoPoints(64, 0.25)];
    expect(moved.weights[1]).toBeCloseTo(4 * plain.weights[1], 3);
    expect([...predict(moved, Float32Array.of(63.9, 64.1))]).toEqual([0, 1]);
  });

  it('has the strongest penalty where features say nothing of classes', async () => {
    const features = Float32Array.of(1, -1, 2, -2, 1, -1, 2, -2);
    const fitted = await fitClassifier({ features, width: 1, labels, classes: 2, folds });
    expect(fitted.strength).toBe(1);
  });

  it('takes features that are all the same', async () => {
    const features = new Float32Array(16).fill(3);
    const { weights } = await fitClassifier({ features, width: 2, labels, classes: 2, folds });
    expect([...weights]).toEqual([0, 0, 0, 0]);
  });

  it('predicts the class of the greatest logit, and the first of equal ones', () => {
    const classifier = { weights: Float64Array.of(1, 0, 0, 1), biases: Float64Array.of(0, 1), strength: 1 };
    expect([...predict(classifier, Float32Array.of(3, 1, 1, 3, 1, 0))]).toEqual([0, 1, 0]);
  });
});

describe('draws of labels', () => {
  const labels = Int32Array.from({ length: 40 }, (_, row) => row % 2);
  const settings = { perClass: 7, draws: 3, seed: 4 };

  it('have as many of each class in all parts of the cross-validation, and none twice', () => {
    const drawn = drawLabels(labels, ['a', 'b'], settings, 'x');
    for (const { rows, labels: own, folds } of drawn) {
      expect(new Set(rows).size).toBe(14);
      expect([...own]).toEqual([...rows].map((row) => row % 2));
      const parts = [0, 1, 2, 3, 4].map((fold) =>
        [0, 1].map((label) => own.filter((each, i) => each === label && folds[i] === fold).length),
      );
      expect(parts).toEqual([2, 2, 1, 1, 1].map((each) => [each, each]));
    }
    expect(drawn[0].rows).not.toEqual(drawn[1].rows);
    const more = drawLabels(labels, ['a', 'b'], { ...settings, draws: 5 }, 'x');
    expect(more.slice(0, 3)).toEqual(drawn);
    expect(drawLabels(labels, ['a', 'b'], { ...settings, seed: 5 }, 'x')).not.toEqual(drawn);
  });

  it('are refused where a class has fewer', () => {
    expect(() => drawLabels(labels, ['a', 'b'], { ...settings, perClass: 21 }, 'x')).toThrow(
      'x has 20 pictures of the class "a", and 21 labels of each class are asked for',
    );
  });
});

it('an error has an interval over draws and pictures', () => {
  // Variances of the mean: over draws (1/3 and 2/3) 1/36, over pictures (1, 1/2, 0) 1/12.
  const mistakes = { ofDraws: Float64Array.of(1 / 3, 2 / 3), ofPictures: Float64Array.of(1, 0.5, 0) };
  const { value, se, interval } = estimateError(mistakes, 0.95);
  expect(value).toBeCloseTo(0.5, 14);
  expect(se).toBeCloseTo(1 / 3, 14);
  const df = 1 / 81 / (1 / 36 ** 2 + 1 / 12 ** 2 / 2);
  expect(interval.high - value).toBeCloseTo(studentQuantile(0.975, df) / 3, 12);
  const none = estimateDifference(mistakes, mistakes, 0.95);
  expect(none).toEqual({ value: 0, se: 0, interval: { level: 0.95, low: 0, high: 0 } });
});

describe('features of the discriminator of train gan', () => {
  beforeAll(onCpu);
  const { pixels } = picturesOf(2, SMALL_FORM);

  it('are its second layer of maxout units, computed by hand', async () => {
    const trainer = new GanTrainer(smallSettings(), SMALL_FORM, 3);
    const made = trainer.featuresOf?.(pixels);
    expect(made?.shape).toEqual([2, 4]);
    const state = await stateOf(trainer);
    const layer = (name: string, x: number[]) => {
      const [weight, bias] = ['weight', 'bias'].map((each) => state[`discriminator/${name}.${each}`]);
      const linear = bias.map((b, unit) => b + sum(x.length, (i) => x[i] * weight[i * bias.length + unit]));
      return [0, 1, 2, 3].map((unit) => Math.max(linear[unit], linear[4 + unit]));
    };
    const expected = [0, 1].flatMap((row) => {
      const x = [...pixels.subarray(16 * row, 16 * (row + 1))].map((each) => each / 255);
      return layer('h1', layer('h0', x));
    });
    const found = await made?.data();
    for (const [i, each] of expected.entries()) expect(found?.[i]).toBeCloseTo(each, 7);
    trainer.dispose();
  });

  it('do not depend on the other pictures', async () => {
    const trainer = new GanTrainer(smallSettings({ inpaint: true }), SMALL_FORM, 3);
    const [both, one] = [pixels, pixels.subarray(16)].map((each) => trainer.featuresOf?.(each));
    const all = await both?.data();
    expect([...((await one?.data()) ?? [])]).toEqual([...(all?.subarray(4) ?? [])]);
    trainer.dispose();
  });

  it('are none where it is given classes', () => {
    const form: PictureForm = SMALL_FORM;
    const trainer = new GanTrainer(smallSettings({ conditional: true }), form, 3);
    expect(trainer.featuresOf).toBeUndefined();
    trainer.dispose();
  });
});
