import type { PillowFilter } from './pillow-filters.js';

/** Bits behind the point of a weight, for pictures of 8 bits. */
export const PRECISION_BITS = 22;

/** Up to so many weights of an axis are kept (16 MB); above, each output's are computed again where they are needed. */
const MAX_KEPT = 1 << 22;

/** Samples from `from` on that an output takes, and the weight of each as a fixed-point number. */
export interface PillowWindow {
  readonly from: number;
  readonly weights: Int32Array;
}

/**
 * Weighs the samples of an axis for the outputs of a resizing as Pillow does it for pictures of 8 bits: weights in double precision, then
 * rounded to fixed point.
 *
 * Source: `precompute_coeffs` and `normalize_coeffs_8bpc` of Pillow's `Resample.c`.
 */
export class PillowWeights {
  readonly #kept: (PillowWindow | undefined)[] | undefined;
  readonly #scale: number;
  readonly #stretch: number;
  readonly #support: number;

  /**
   * @param input samples of the axis
   * @param output samples of the result's axis
   */
  constructor(
    readonly input: number,
    output: number,
    readonly filter: PillowFilter,
  ) {
    this.#scale = input / output;
    this.#stretch = Math.max(this.#scale, 1);
    this.#support = filter.support * this.#stretch;
    const length = Math.ceil(this.#support) * 2 + 1;
    this.#kept = length * output <= MAX_KEPT ? new Array(output) : undefined;
  }

  /** Samples [from, to) that output `i` takes. */
  bounds(i: number): { from: number; to: number } {
    const center = (i + 0.5) * this.#scale;
    const from = Math.max(Math.trunc(center - this.#support + 0.5), 0);
    return { from, to: Math.min(Math.trunc(center + this.#support + 0.5), this.input) };
  }

  /** The samples that output `i` takes, with their weights. */
  window(i: number): PillowWindow {
    const kept = this.#kept?.[i];
    if (kept) return kept;
    const window = this.#compute(i);
    if (this.#kept) this.#kept[i] = window;
    return window;
  }

  #compute(i: number): PillowWindow {
    const center = (i + 0.5) * this.#scale;
    const inverse = 1 / this.#stretch;
    const { from, to } = this.bounds(i);
    const weights = new Float64Array(to - from);
    let total = 0;
    for (let x = 0; x < weights.length; x++) {
      weights[x] = this.filter.weigh((x + from - center + 0.5) * inverse);
      total += weights[x];
    }
    const fixed = Int32Array.from(weights, (weight) => {
      const share = (total === 0 ? weight : weight / total) * 2 ** PRECISION_BITS;
      return Math.trunc(share < 0 ? share - 0.5 : share + 0.5);
    });
    return { from, weights: fixed };
  }
}
