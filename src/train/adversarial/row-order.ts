import { rngFor } from '../loop/rng-for.js';
import { RNG_STREAMS } from './rng-streams.js';
import type { BatchSpec } from './trainer.js';

/**
 * Which rows the batch of each step takes: a shuffled order for each epoch, whose last batch is left out if it is not full. Where there
 * are fewer rows than a batch has, shuffled orders follow each other without a break.
 */
export class RowOrder {
  readonly #size: number;
  readonly #rows: Int32Array | undefined;
  readonly #count: number;
  readonly #place: readonly [seed: number, index: number];
  #kept: { readonly epoch: number; readonly order: Int32Array } | undefined;

  /**
   * @param count pictures, for a spec that does not choose among them
   * @param index of the spec among those of its trainer
   */
  constructor({ size, rows }: BatchSpec, count: number, seed: number, index: number) {
    this.#size = size;
    this.#rows = rows;
    this.#count = rows?.length ?? count;
    this.#place = [seed, index];
  }

  /** Steps that go through the rows once; at least 1. */
  get stepsPerEpoch(): number {
    return Math.max(1, Math.floor(this.#count / this.#size));
  }

  /** @param step number of steps done before */
  rowsOf(step: number): Int32Array {
    const size = this.#size;
    const perEpoch = size <= this.#count ? this.stepsPerEpoch * size : this.#count;
    return Int32Array.from({ length: size }, (_, i) => {
      const at = step * size + i;
      const row = this.#orderOf(Math.floor(at / perEpoch))[at % perEpoch];
      return this.#rows ? this.#rows[row] : row;
    });
  }

  #orderOf(epoch: number): Int32Array {
    if (this.#kept?.epoch !== epoch) {
      const [seed, index] = this.#place;
      this.#kept = {
        epoch,
        order: rngFor(seed, RNG_STREAMS.order, index, epoch).permutation(this.#count),
      };
    }
    return this.#kept.order;
  }
}
