import { describe, expect, it } from 'vitest';
import { difficultyOf, meansOf } from '../../../src/train/plans/class-features.js';
import {
  divideAtRandom,
  divideByDifficulty,
  divideBySimilarity,
  divisorsOf,
  parseShape,
  sizesOf,
} from '../../../src/train/plans/divide-classes.js';

describe('the shape of a plan', () => {
  it('is groups x classes, or groups alone', () => {
    expect(parseShape('100x10')).toEqual({ groups: 100, classes: 10 });
    expect(parseShape('7')).toEqual({ groups: 7 });
    for (const text of ['', 'x10', '0x5', '5x', '5x0', '5x2x1', '-5', '1e3', '5.0x2', '9999999'])
      expect(parseShape(text)).toBeUndefined();
  });

  it('fits the classes, or says what would', () => {
    expect(sizesOf({ groups: 100, classes: 10 }, 1000)).toEqual(Array(100).fill(10));
    expect(sizesOf({ groups: 3 }, 10)).toEqual([4, 3, 3]);
    expect(() => sizesOf({ groups: 3, classes: 4 }, 10)).toThrow(
      '--plan 3x4 holds 12 classes, and the pictures have 10: give 10x1, 5x2, 2x5, 1x10, or 3 for groups of 3 and 4.',
    );
    expect(() => sizesOf({ groups: 3, classes: 2 }, 10)).toThrow('or name 6 of them with --classes.');
    expect(() => sizesOf({ groups: 11 }, 10)).toThrow('at most 10 groups');
    expect(divisorsOf(12)).toEqual([1, 2, 3, 4, 6, 12]);
  });
});

describe('the groups', () => {
  it('have every class once at random, the same for a seed; smaller ones lie in larger ones', () => {
    const pairs = divideAtRandom([2, 2, 2, 2], 5);
    expect(pairs.flat().sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(divideAtRandom([2, 2, 2, 2], 5)).toEqual(pairs);
    expect(divideAtRandom([2, 2, 2, 2], 6)).not.toEqual(pairs);
    const halves = divideAtRandom([4, 4], 5);
    expect(halves[0]).toEqual([...pairs[0], ...pairs[1]].sort());
    // numpy.random.RandomState(5).permutation(8) of NumPy 2.4.6 is 7, 2, 4, 1, 0, 5, 6, 3.
    expect(pairs).toEqual([
      [2, 7],
      [1, 4],
      [0, 5],
      [3, 6],
    ]);
  });

  it('have classes with means near to each other', () => {
    const means = Float64Array.of(0, 10, 20, 1, 11, 21);
    expect(divideBySimilarity(means, [2, 2, 2], 1)).toEqual({
      groups: [
        [0, 3],
        [1, 4],
        [2, 5],
      ],
      // Two points 1 apart are each half from their mean.
      spread: 3 * 2 * 0.25,
    });
  });

  it('have the hardest classes first', () => {
    expect(divideByDifficulty([0.1, 0.5, 0.3, 0.5], [2, 2])).toEqual([
      [1, 3],
      [0, 2],
    ]);
  });
});

describe('how hard a class is', () => {
  it('is the share of its pictures that lie nearer to the mean of another, without their own part in theirs', () => {
    // Class a at 0, 2 and 4 (mean 2), class b at 5 and 7 (mean 6).
    const rows = Float32Array.of(0, 2, 4, 5, 7);
    const labels = Int32Array.of(0, 0, 0, 1, 1);
    const means = meansOf(rows, labels, 2);
    expect([...means]).toEqual([2, 6]);
    // 4: the mean of 0 and 2 is 1, at 3; that of b is at 2, so it is taken for b. (With its own part, both are at 2.)
    // 5: the mean of the other is 7, at 2; that of a is at 3. 7: at 2 and at 5.
    expect(difficultyOf({ rows, labels, means, width: 1 }, ['a', 'b'])).toEqual([1 / 3, 0]);
  });

  it('needs two pictures of a class', () => {
    const rows = Float32Array.of(0, 2, 4);
    const features = { rows, labels: Int32Array.of(0, 0, 1), means: Float64Array.of(1, 4), width: 1 };
    expect(() => difficultyOf(features, ['a', 'b'])).toThrow('The class "b" has one picture');
  });
});
