import { rngFor } from '../loop/rng-for.js';

/** The random stream of the choice. */
const CHOICE = 2;

/**
 * Chooses the pictures whose labels are used: `perClass` of each class, or all of a class that has fewer.
 *
 * @param labels class index of each picture
 * @returns their rows, in the order of the pictures
 */
export function chooseLabeledRows(labels: Int32Array, perClass: number, seed: number): Int32Array {
  const chosen = new Map<number, number>();
  const rows = rngFor(seed, CHOICE)
    .permutation(labels.length)
    .filter((row) => {
      const before = chosen.get(labels[row]) ?? 0;
      chosen.set(labels[row], before + 1);
      return before < perClass;
    });
  return rows.sort();
}
