import type { SubsetMeans } from './squared-mmd.js';

/** What each row of one side adds to the mean over subsets, to first order. */
export class Influence {
  readonly count: number;
  readonly #sums: Float64Array;

  constructor(count: number) {
    this.count = count;
    this.#sums = new Float64Array(count);
  }

  /** @param rows of the subset, by their indices in the whole table */
  add(rows: Int32Array, { within, across, differences }: SubsetMeans, weight: number): void {
    for (let i = 0; i < rows.length; i++) {
      this.#sums[rows[i]] += weight * (differences[i] - (within - across));
    }
  }

  variance(): number {
    return this.#sums.reduce((sum, value) => sum + value * value, 0);
  }

  /** Without the part that comes from some classes' rows adding more than others'. */
  varianceWithin(labels: Int32Array): number {
    return varianceWithinClasses(this.#sums, labels);
  }
}

/** Sum of squares of what rows add, without the part that comes from some classes' rows adding more than others'. */
export function varianceWithinClasses(values: Float64Array, labels: Int32Array): number {
  const classes = new Map<number, { count: number; sum: number; squares: number }>();
  for (const [row, value] of values.entries()) {
    const { count, sum, squares } = classes.get(labels[row]) ?? { count: 0, sum: 0, squares: 0 };
    classes.set(labels[row], { count: count + 1, sum: sum + value, squares: squares + value * value });
  }
  let variance = 0;
  for (const { count, sum, squares } of classes.values()) {
    // One row says nothing about the spread of its class: its whole deviation counts.
    variance += count > 1 ? ((squares - sum ** 2 / count) * count) / (count - 1) : squares;
  }
  return variance;
}
