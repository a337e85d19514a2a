import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import {
  argMax,
  computeAccuracy,
  computeConfusion,
  computeLogLoss,
  fitTemperature,
} from '../../../src/train/classifier/result/scores.js';

/** Labels that are drawn from the softmax of logits, so that a temperature of 1 is right. */
function calibrated(count: number, classes: number) {
  const random = new NumpyRandom(4);
  const logits = new Float32Array(count * classes).map(() => 6 * random.randomSample());
  const labels = Int32Array.from({ length: count }, (_, row) => {
    const weights = logits.subarray(row * classes, (row + 1) * classes).map(Math.exp);
    let left = random.randomSample() * weights.reduce((a, b) => a + b);
    let label = 0;
    while (left > weights[label] && label < classes - 1) left -= weights[label++];
    return label;
  });
  return { logits, labels, classes };
}

const three = {
  logits: Float32Array.of(2, 1, 0, 0, 3, 3, 1, 0, 5),
  labels: Int32Array.of(0, 2, 2),
  classes: 3,
};

describe('scores', () => {
  it('takes the greatest score, the first of equal ones', () => {
    expect([...argMax(three.logits, 3)]).toEqual([0, 1, 2]);
    expect(computeAccuracy(three)).toBeCloseTo(2 / 3);
    expect(computeConfusion(three)).toEqual([
      [1, 0, 0],
      [0, 0, 0],
      [0, 1, 1],
    ]);
  });

  it('has the log loss of the definition, also where exponentials overflow', () => {
    const p = Math.exp(2) / (Math.exp(2) + Math.exp(1) + 1);
    expect(
      computeLogLoss({ ...three, logits: three.logits.subarray(0, 3), labels: Int32Array.of(0) }),
    ).toBeCloseTo(-Math.log(p), 6);
    const far = { logits: Float32Array.of(1e4, 0), labels: Int32Array.of(1), classes: 2 };
    expect(computeLogLoss(far)).toBe(1e4);
    expect(computeLogLoss(far, 1e4)).toBeCloseTo(Math.log(1 + Math.E), 6);
  });
});

describe('fitTemperature', () => {
  it('finds what logits were multiplied by', () => {
    const right = calibrated(3000, 4);
    expect(fitTemperature(right)).toBeGreaterThan(0.9);
    expect(fitTemperature(right)).toBeLessThan(1.1);
    const base = fitTemperature(right);
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 10, noNaN: true }), (factor) => {
        const scaled = { ...right, logits: right.logits.map((each) => each * factor) };
        expect(fitTemperature(scaled) / factor / base).toBeCloseTo(1, 3);
      }),
      { numRuns: 5 },
    );
  });

  it('gives the least log loss', () => {
    const scored = calibrated(500, 3);
    const best = fitTemperature(scored);
    for (const other of [0.9 * best, 1.1 * best])
      expect(computeLogLoss(scored, other)).toBeGreaterThan(computeLogLoss(scored, best));
  });
});
