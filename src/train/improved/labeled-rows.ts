import { UsageError } from '../../core/errors.js';
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

/**
 * Refuses more labels than any class has. A class that has fewer than others gives all of its own.
 *
 * @param labels class index of each picture
 * @throws {UsageError} saying how many there are
 */
export function refuseMissingLabels(perClass: number, labels: Int32Array): void {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  if (perClass <= most) return;
  throw new UsageError(
    `--labels-per-class ${perClass} asks for more than there are: no class has more than ${most} training pictures, so give ${most} or fewer.`,
  );
}
