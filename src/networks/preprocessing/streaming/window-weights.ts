const { fround, floor, ceil, min, max, abs } = Math;

/** How a filter weighs a sample by its distance, and how far it reaches. */
export interface Filter {
  /** Half of its width where nothing is reduced, in pixels. */
  readonly support: number;
  /** Weight at a distance in pixels; float32. */
  readonly weigh: (distance: number) => number;
}

/** A triangle. */
export const TRIANGLE: Filter = { support: 1, weigh: (x) => (abs(x) < 1 ? fround(1 - abs(x)) : 0) };

const A = -0.5;

/** Keys's cubic with Pillow's factor, −0.5. */
export const CUBIC: Filter = {
  support: 2,
  weigh(distance) {
    const x = abs(distance);
    if (x < 1) {
      const inner = fround(fround(fround(A + 2) * x) - fround(A + 3));
      return fround(fround(fround(inner * x) * x) + 1);
    }
    if (x >= 2) return 0;
    return fround(fround(fround(fround(fround(fround(x - 5) * x) + 8) * x) - 4) * A);
  },
};

/** Samples [from, to) of an axis and the weight of each for one output; valid until the next call. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly weights: Float32Array;
}

/**
 * Weighs the samples of an axis for the outputs of an antialiased resizing, in the float32 arithmetic of ONNX Runtime's Resize with
 * `antialias` and `exclude_outside`, so that the numbers are the same to the bit.
 */
export class WindowWeights {
  readonly #buffer: Float32Array;
  readonly #scale: number;
  readonly #inverse: number;
  readonly #support: number;
  readonly #ratio: number;

  constructor(
    readonly input: number,
    readonly output: number,
    readonly filter: Filter,
  ) {
    this.#ratio = fround(fround(output) / fround(input));
    this.#scale = fround(1 / this.#ratio);
    this.#support = this.#scale >= 1 ? fround(filter.support * this.#scale) : filter.support;
    this.#inverse = this.#scale >= 1 ? fround(1 / this.#scale) : 1;
    this.#buffer = new Float32Array(ceil(this.#support) * 2 + 1);
  }

  /** Most samples that one output takes. */
  get length(): number {
    return this.#buffer.length;
  }

  /** Samples [from, to) that output `i` takes. */
  bounds(i: number): { from: number; to: number } {
    const center = this.#center(i);
    const first = floor(fround(fround(center - this.#support) + 0.5));
    const last = floor(fround(fround(center + this.#support) + 0.5));
    const end = first + min(max(last - first, 0), this.length);
    return { from: min(max(first, 0), this.input), to: min(max(end, 0), this.input) };
  }

  /** The samples that output `i` takes, with their weights. */
  window(i: number): Window {
    const center = this.#center(i);
    const { from, to } = this.bounds(i);
    const weights = this.#buffer;
    const { weigh } = this.filter;
    let total = 0;
    for (let x = from; x < to; x++) {
      const weight = weigh(fround(fround(fround(fround(x) - center) + 0.5) * this.#inverse));
      weights[x - from] = weight;
      total = fround(total + weight);
    }
    const inverse = total === 0 ? 1 : fround(1 / total);
    for (let k = 0; k < to - from; k++) weights[k] *= inverse;
    return { from, to, weights };
  }

  #center(i: number): number {
    if (this.#scale === 1) return fround(0.5 + fround(i));
    const original = fround(fround(fround(fround(i) + 0.5) / this.#ratio) - 0.5);
    return fround(0.5 + original);
  }
}
