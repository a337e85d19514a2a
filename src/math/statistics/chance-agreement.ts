import { normalQuantile } from './statistics.js';

/** Guesses and truths of the same things, counted by class. */
export interface ClassCounts {
  /** Things of each class. */
  readonly truths: readonly number[];
  /** Guesses of each class, among the same things; a guess outside the classes is in none. */
  readonly guesses: readonly number[];
  readonly n: number;
}

/**
 * Whether guesses agree with the truths more often than if they had been handed out at random among the things, by the
 * exact mean and variance of the number of hits over all permutations (Hoeffding 1951) and a normal limit.
 *
 * @param level one-sided confidence
 * @returns undefined where every permutation gives the same number of hits, as with a single class
 */
export function isAboveChance(hits: number, counts: ClassCounts, level: number): boolean | undefined {
  const { mean, variance } = computeChanceHits(counts);
  if (!(variance > 0)) return undefined;
  return hits - mean > normalQuantile(level) * Math.sqrt(variance);
}

/** Mean and variance of the number of hits over all permutations of the guesses. */
export function computeChanceHits({ truths, guesses, n }: ClassCounts): { mean: number; variance: number } {
  const sum = (of: (truth: number, guess: number) => number) =>
    truths.reduce((total, truth, index) => total + of(truth, guesses[index]), 0);
  const pairs = sum((truth, guess) => truth * guess);
  const mean = pairs / n;
  if (n < 2) return { mean, variance: 0 };
  const perGuess = sum((truth, guess) => guess * truth ** 2) / n;
  const perTruth = sum((truth, guess) => truth * guess ** 2) / n;
  return { mean, variance: Math.max(0, pairs - perGuess - perTruth + mean ** 2) / (n - 1) };
}
