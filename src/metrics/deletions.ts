import type { RandomState } from '../maths/random-state.js';
import { GROUPS } from './balls.js';

/** Fewer rows than this in each group tell too little of the spread. */
const LEAST_ROWS_A_GROUP = 2;

/** A number, and what it becomes with each group of one of the two sets deleted. */
export interface Deletions {
  readonly value: number;
  /** Absent where that set is too small to be split into groups. */
  readonly withoutSamples?: Float64Array;
  readonly withoutReference?: Float64Array;
}

/** A group for each row, of equal sizes and drawn by the stream; undefined for too few rows. */
export function drawGroups(count: number, stream: RandomState): Int32Array | undefined {
  const order = stream.permutation(count);
  return count < GROUPS * LEAST_ROWS_A_GROUP ? undefined : order.map((position) => position % GROUPS);
}

/** Rows of each group. */
export function groupSizes(groups: Int32Array): Int32Array {
  const sizes = new Int32Array(GROUPS);
  for (const group of groups) sizes[group]++;
  return sizes;
}

/** Variance of a value by the delete-a-group jackknife (Kott 2001): (G − 1)/G · Σ (value without a group − their mean)². */
export function computeGroupVariance(without: Float64Array): number {
  const mean = without.reduce((sum, value) => sum + value, 0) / without.length;
  const squares = without.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return (squares * (without.length - 1)) / without.length;
}

/** The share of rows for which something holds, as it is and without each group. */
export class Share {
  readonly #holds: Uint8Array;
  readonly #withoutGroup: Uint32Array;

  constructor(readonly count: number) {
    this.#holds = new Uint8Array(count);
    this.#withoutGroup = new Uint32Array(count);
  }

  /** Bit g of `withoutGroup`: whether it holds for the row with group g deleted. What held once goes on holding. */
  add(row: number, holds: boolean, withoutGroup: number): void {
    if (holds) this.#holds[row] = 1;
    this.#withoutGroup[row] |= withoutGroup;
  }

  get value(): number {
    return this.#holds.reduce((sum, each) => sum + each, 0) / this.count;
  }

  /** The share without each group; @param deleted how many of these rows go with each group, which then hold for none */
  withoutGroups(deleted?: Int32Array): Float64Array {
    const hits = new Float64Array(GROUPS);
    for (const mask of this.#withoutGroup) for (let g = 0; g < GROUPS; g++) hits[g] += (mask >>> g) & 1;
    return hits.map((count, g) => count / (this.count - (deleted?.[g] ?? 0)));
  }
}

/** The mean over rows of a number of balls, as it is and without each group of the balls' centres. */
export class BallCounts {
  readonly #counts: Float64Array;
  readonly #ofGroup = new Float64Array(GROUPS);
  /** Balls that hold a row only when a group is deleted. */
  readonly #more = new Float64Array(GROUPS);

  constructor(rows: number) {
    this.#counts = new Float64Array(rows);
  }

  /** @param group of the ball's centre, if there are groups */
  add(row: number, inside: boolean, withoutGroup: number, group: number | undefined): void {
    if (inside) {
      this.#counts[row]++;
      if (group !== undefined) this.#ofGroup[group]++;
    } else {
      for (let g = 0; g < GROUPS; g++) this.#more[g] += (withoutGroup >>> g) & 1;
    }
  }

  get mean(): number {
    return this.#total() / this.#counts.length;
  }

  /** Over the rows, ddof 1. */
  get variance(): number {
    const { mean } = this;
    const squares = this.#counts.reduce((sum, count) => sum + (count - mean) ** 2, 0);
    return squares / (this.#counts.length - 1);
  }

  withoutGroups(): Float64Array {
    const total = this.#total();
    return this.#more.map((more, g) => (total - this.#ofGroup[g] + more) / this.#counts.length);
  }

  #total(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }
}
