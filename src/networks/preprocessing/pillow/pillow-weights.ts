import type { PillowFilter } from './pillow-filters.js';

/** Bits behind the point of a weight, for pictures of 8 bits. */
export const PRECISION_BITS = 22;

/** Up to so many weights of an axis are kept (16 MB); above, each output's are computed again where they are needed. */
const MAX_KEPT = 1 << 22;

/** An axis that is resized, and which of its outputs are wanted. */
export interface PillowAxis {
  /** Samples of the axis. */
  readonly input: number;
  /** Samples of the result's axis, of which `count` from `first` on are wanted. */
  readonly output: number;
  readonly first: number;
  readonly count: number;
}

/** Weights of the samples that one output takes: those of `weights` from `first` to before `end`, until the next ones are asked for. */
export interface PillowWindow {
  readonly weights: Int32Array;
  readonly first: number;
  readonly end: number;
}

/**
 * Weighs the samples of an axis for the outputs of a resizing as Pillow does it for pictures of 8 bits: weights in double precision, then
 * rounded to fixed point.
 *
 * Source: `precompute_coeffs` and `normalize_coeffs_8bpc` of Pillow's `Resample.c`.
 */
export class PillowWeights {
  /** For each output that is wanted, the first sample that it takes, and how many it takes. */
  readonly from: Int32Array;
  readonly taken: Int32Array;
  /** Most samples that one output takes. */
  readonly longest: number;
  /** The weights as fixed-point numbers; `place` says where those of an output stand. */
  readonly weights: Int32Array;
  readonly #step: number;
  readonly #scale: number;
  readonly #inverse: number;
  readonly #exact: Float64Array;

  constructor(
    private readonly axis: PillowAxis,
    private readonly filter: PillowFilter,
  ) {
    const { input, output, first, count } = axis;
    this.#scale = input / output;
    const stretch = Math.max(this.#scale, 1);
    this.#inverse = 1 / stretch;
    const support = filter.support * stretch;
    this.from = new Int32Array(count);
    this.taken = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      const center = (first + i + 0.5) * this.#scale;
      this.from[i] = Math.max(Math.trunc(center - support + 0.5), 0);
      this.taken[i] = Math.min(Math.trunc(center + support + 0.5), input) - this.from[i];
    }
    this.longest = this.taken.reduce((most, each) => Math.max(most, each), 0);
    this.#exact = new Float64Array(this.longest);
    const isKept = this.longest * count <= MAX_KEPT;
    this.#step = isKept ? this.longest : 0;
    this.weights = new Int32Array(isKept ? this.longest * count : this.longest);
    if (isKept) for (let i = 0; i < count; i++) this.#compute(i, i * this.longest);
  }

  /** Where in `weights` those of the wanted output `i` begin, until the next call. */
  place(i: number): number {
    if (this.#step === 0) this.#compute(i, 0);
    return i * this.#step;
  }

  /** The weights of the wanted output `i`. */
  of(i: number): PillowWindow {
    const first = this.place(i);
    return { weights: this.weights, first, end: first + this.taken[i] };
  }

  #compute(i: number, to: number): void {
    const center = (this.axis.first + i + 0.5) * this.#scale;
    const count = this.taken[i];
    const exact = this.#exact;
    let total = 0;
    for (let k = 0; k < count; k++) {
      exact[k] = this.filter.weigh((k + this.from[i] - center + 0.5) * this.#inverse);
      total += exact[k];
    }
    for (let k = 0; k < count; k++) {
      const share = (total === 0 ? exact[k] : exact[k] / total) * 2 ** PRECISION_BITS;
      this.weights[to + k] = Math.trunc(share < 0 ? share - 0.5 : share + 0.5);
    }
  }
}
