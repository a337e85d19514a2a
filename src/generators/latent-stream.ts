import { NumpyRandom } from '../math/random/numpy-random.js';
import type { LatentDistribution } from './latent-spec.js';
import { normalizeRows } from './normalize-rows.js';

/** Rows after which the state of the random generator is kept: a few kilobytes, from which later rows are drawn again. */
const ROWS_A_MARK = 1024;

/**
 * Latents as rows of one endless table, drawn by NumPy's `RandomState` one number after the other as torch-fidelity draws them: row i follows
 * from the seed and i alone, however many rows are read at a time and in whatever order.
 */
export class LatentStream {
  /** The state before row `ROWS_A_MARK · i`. */
  readonly #marks: NumpyRandom[];
  #rng: NumpyRandom;
  /** The row that `#rng` draws next. */
  #next = 0;

  constructor(
    readonly seed: number,
    readonly distribution: LatentDistribution,
    readonly width: number,
  ) {
    this.#rng = new NumpyRandom(seed);
    this.#marks = [this.#rng.copy()];
  }

  /**
   * Reads rows.
   *
   * @param first row, from 0
   * @returns float32 [count, width]
   */
  rows(first: number, count: number): Float32Array {
    this.#goTo(first);
    const rows = new Float32Array(count * this.width);
    for (let row = 0; row < count; row++) this.#drawRow(rows, row * this.width);
    return this.distribution === 'unit' ? normalizeRows(rows, this.width) : rows;
  }

  #goTo(row: number): void {
    const mark = Math.min(Math.floor(row / ROWS_A_MARK), this.#marks.length - 1);
    if (row < this.#next || mark * ROWS_A_MARK > this.#next) {
      this.#rng = this.#marks[mark].copy();
      this.#next = mark * ROWS_A_MARK;
    }
    while (this.#next < row) this.#drawRow();
  }

  #drawRow(into?: Float32Array, at = 0): void {
    const rng = this.#rng;
    const isNormal = this.distribution === 'normal';
    for (let i = 0; i < this.width; i++) {
      const value = isNormal ? rng.standardNormal() : rng.randomSample();
      if (into) into[at + i] = value;
    }
    this.#next++;
    if (this.#next === this.#marks.length * ROWS_A_MARK) this.#marks.push(rng.copy());
  }
}
