import type { PlaneRow } from './plane-rows.js';
import { type Filter, type Window, WindowWeights } from './window-weights.js';

const { fround } = Math;
/** Weights of all columns are kept up to so many (16 MB), and computed again for each row above. */
const MAX_KEPT_WEIGHTS = 1 << 22;
/** Up to so many columns, equal ones are computed once: a narrow picture that is enlarged has mostly such. */
const MAX_COMPARED = 1 << 12;

/** The horizontal half of an antialiased resizing, a row at a time. */
export class AntialiasColumns {
  readonly #weights: WindowWeights | undefined;
  readonly #kept: readonly Window[] | undefined;
  /** For each column, which of the different ones it is; undefined where all count as different. */
  readonly places: Uint32Array | undefined;
  /** Number of different columns. */
  readonly count: number;
  readonly #firsts: readonly number[] | undefined;
  readonly #left: number;

  /**
   * @param input columns of the plane
   * @param output columns of the result, and those of them that are wanted: `width`, from `left` on
   */
  constructor(
    input: number,
    { all, left, width }: { readonly all: number; readonly left: number; readonly width: number },
    filter: Filter,
  ) {
    this.count = width;
    this.#left = left;
    if (input === all) return;
    const weights = new WindowWeights(input, all, filter);
    this.#weights = weights;
    if (weights.length * width > MAX_KEPT_WEIGHTS) return;
    const kept = Array.from({ length: width }, (_, x) => copyOf(weights.window(x + left)));
    this.#kept = kept;
    if (width > MAX_COMPARED || input >= all) return;
    const known = new Map<string, number>();
    const firsts: number[] = [];
    this.places = Uint32Array.from(kept, ({ from, weights: own }, x) => {
      const key = `${from}:${own.join()}`;
      const place = known.get(key) ?? firsts.length;
      if (place === firsts.length) {
        known.set(key, place);
        firsts.push(x);
      }
      return place;
    });
    this.#firsts = firsts;
    this.count = firsts.length;
  }

  /** Writes the different columns of a row, `count` values. */
  reduce({ data, start, step }: PlaneRow, out: Float32Array): void {
    if (!this.#weights) {
      for (let x = 0, at = start + this.#left * step; x < this.count; x++, at += step) out[x] = data[at];
      return;
    }
    for (let i = 0; i < this.count; i++) {
      const x = this.#firsts ? this.#firsts[i] : i;
      const { from, to, weights } = this.#kept ? this.#kept[x] : this.#weights.window(x + this.#left);
      out[i] = weighedSum(data, start + from * step, step, { weights, length: to - from });
    }
  }
}

function copyOf({ from, to, weights }: Window): Window {
  return { from, to, weights: weights.slice(0, to - from) };
}

function weighedSum(
  data: Uint8Array | Float32Array,
  start: number,
  step: number,
  { weights, length }: { readonly weights: Float32Array; readonly length: number },
): number {
  let sum = 0;
  for (let k = 0, at = start; k < length; k++, at += step) sum = fround(sum + fround(data[at] * weights[k]));
  return sum;
}
