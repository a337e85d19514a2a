import { describe, expect, it } from 'vitest';
import { computeChanceHits, isAboveChance } from '../../../src/math/statistics/chance-agreement.js';

function permutations(list: readonly number[]): number[][] {
  if (list.length < 2) return [[...list]];
  return list.flatMap((first, i) =>
    permutations([...list.slice(0, i), ...list.slice(i + 1)]).map((rest) => [first, ...rest]),
  );
}

describe('hits by chance', () => {
  it('have the mean and the variance of all permutations', () => {
    const truths = [0, 0, 0, 1, 1, 2];
    // A guess of 3 is none of the classes.
    const guesses = [0, 0, 1, 1, 2, 3];
    const hits = permutations(guesses).map((order) => order.filter((guess, i) => guess === truths[i]).length);
    const mean = hits.reduce((sum, each) => sum + each, 0) / hits.length;
    const variance = hits.reduce((sum, each) => sum + (each - mean) ** 2, 0) / hits.length;
    const counts = { truths: [3, 2, 1], guesses: [2, 2, 1], n: 6 };
    expect(computeChanceHits(counts).mean).toBeCloseTo(mean, 12);
    expect(computeChanceHits(counts).variance).toBeCloseTo(variance, 12);
  });

  it('are told from agreement', () => {
    const counts = { truths: [50, 50], guesses: [50, 50], n: 100 };
    expect(isAboveChance(52, counts, 0.95)).toBe(false);
    expect(isAboveChance(70, counts, 0.95)).toBe(true);
    expect(isAboveChance(10, counts, 0.95)).toBe(false);
  });

  it('tell nothing with a single class', () => {
    expect(isAboveChance(90, { truths: [100], guesses: [90], n: 100 }, 0.95)).toBeUndefined();
    expect(isAboveChance(1, { truths: [1], guesses: [1], n: 1 }, 0.95)).toBeUndefined();
  });

  it('of guesses that are all the same class are what they are', () => {
    expect(isAboveChance(50, { truths: [50, 50], guesses: [100, 0], n: 100 }, 0.95)).toBeUndefined();
  });
});
