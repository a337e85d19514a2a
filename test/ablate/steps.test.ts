import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareSteps,
  computeLoss,
  computeShareBetter,
  type GuessedPictures,
  isAnyAboveChance,
} from '../../src/ablate/steps.js';
import { computeMcnemar } from '../../src/math/statistics/mcnemar.js';

/** Two classes of ten pictures; `right` says how many of each the classifier gets, from the first on. */
const labels = Int32Array.from({ length: 20 }, (_, i) => Math.floor(i / 10));

function guessed(resolution: number, right: readonly [number, number], informative = true): GuessedPictures {
  const guesses = labels.map((label, i) => (i % 10 < right[label] ? label : 1 - label));
  return { resolution, informative, guesses };
}

describe('steps between resolutions', () => {
  it('count the pictures and classes that change, by hand', () => {
    const at = [guessed(8, [2, 5]), guessed(16, [9, 3])];
    const [step] = compareSteps({ labels, numClasses: 2, at }, 0.95);
    // The first class wins pictures 2 to 8, the second loses 3 and 4.
    expect(step).toMatchObject({ from: 8, to: 16, n: 20, gained: 7, lost: 2 });
    expect(step.change).toBeCloseTo(5 / 20, 14);
    // 9 throws, 2 heads or fewer: (1 + 9 + 36) of 512, doubled.
    expect(step.p).toBeCloseTo(92 / 512, 14);
    expect(step.adjustedP).toBeCloseTo(92 / 512, 14);
    expect(step.verdict).toBe('no-difference');
    expect(step.classes).toMatchObject({ total: 2, gaining: 1, losing: 1, shareGaining: 0.5 });
  });

  it('are corrected by Holm over those that are informative, and the others are not tested', () => {
    const at = [guessed(4, [0, 0]), guessed(8, [4, 3]), guessed(16, [10, 10]), guessed(32, [0, 0], false)];
    const steps = compareSteps({ labels, numClasses: 2, at }, 0.95);
    const p = [
      { gained: 7, lost: 0 },
      { gained: 13, lost: 0 },
    ].map(computeMcnemar);
    // Of two, the smaller counts twice.
    expect(steps.map(({ adjustedP }) => adjustedP)).toEqual([p[0], 2 * p[1], null]);
    expect(steps.map(({ verdict }) => verdict)).toEqual(['gain', 'gain', 'not-tested']);
    expect(steps[2]).toMatchObject({ gained: 0, lost: 20 });
  });

  it('tell a significant fall', () => {
    const at = [guessed(16, [9, 9]), guessed(32, [2, 2])];
    expect(compareSteps({ labels, numClasses: 2, at }, 0.95)[0].verdict).toBe('loss');
  });

  it('between equal answers never differ', () => {
    fc.assert(
      fc.property(fc.nat(10), fc.nat(10), (a, b) => {
        const at = [guessed(16, [a, b]), guessed(32, [a, b])];
        const [step] = compareSteps({ labels, numClasses: 2, at }, 0.95);
        expect(step).toMatchObject({ gained: 0, lost: 0, change: 0, p: 1, verdict: 'no-difference' });
        expect(step.interval.low).toBeLessThan(0);
        expect(step.interval.high).toBeGreaterThan(0);
      }),
    );
  });

  it('count classes that have pictures alone', () => {
    const at = [guessed(8, [0, 0]), guessed(16, [1, 1])];
    expect(compareSteps({ labels, numClasses: 7, at }, 0.95)[0].classes.total).toBe(2);
  });
});

describe('the loss against full size', () => {
  it('is the paper’s: 10.1 % at 128 and 7.0 % at 64 lose 31 %', () => {
    const many = new Int32Array(1000);
    const at = (hits: number) => ({
      resolution: 0,
      informative: true,
      guesses: many.map((_, i) => (i < hits ? 0 : -1)),
    });
    expect(computeLoss(many, at(101), at(70), 0.95)?.value).toBeCloseTo(1 - 70 / 101, 14);
  });

  it('has the standard error of a ratio over the same pictures', () => {
    const [full, reduced] = [guessed(32, [9, 8]), guessed(16, [5, 9])];
    const hits = ({ guesses }: GuessedPictures) =>
      Array.from(labels, (label, i) => Number(guesses[i] === label));
    const [f, r] = [hits(full), hits(reduced)];
    const kept = 14 / 17;
    const squares = f.reduce((sum, each, i) => sum + (r[i] - kept * each) ** 2, 0);
    const loss = computeLoss(labels, full, reduced, 0.95);
    expect(loss?.value).toBeCloseTo(1 - kept, 14);
    expect(loss?.se).toBeCloseTo(Math.sqrt(squares) / 17, 12);
    expect(loss?.interval.high).toBeCloseTo(1 - kept + 1.959963985 * (loss?.se ?? 0), 8);
  });

  it('is not there without a hit at full size, and 0 without error where nothing changes', () => {
    expect(computeLoss(labels, guessed(32, [0, 0]), guessed(16, [3, 3]), 0.95)).toBeNull();
    expect(computeLoss(labels, guessed(32, [4, 3]), guessed(16, [4, 3]), 0.95)).toMatchObject({
      value: 0,
      se: 0,
    });
  });

  it('comes with the share of classes that do better at full size', () => {
    const set = { labels, numClasses: 2, at: [] };
    expect(computeShareBetter(set, guessed(32, [9, 4]), guessed(16, [5, 4]))).toBe(0.5);
    expect(computeShareBetter(set, guessed(32, [9, 4]), guessed(16, [5, 3]))).toBe(1);
  });
});

describe('chance', () => {
  it('is told from knowledge at any resolution', () => {
    const set = (...at: GuessedPictures[]) => ({ labels, numClasses: 2, at });
    expect(isAnyAboveChance(set(guessed(16, [5, 5]), guessed(32, [6, 5])), 0.95)).toBe(false);
    expect(isAnyAboveChance(set(guessed(16, [10, 10]), guessed(32, [5, 5])), 0.95)).toBe(true);
  });
});
