import { type PillowWeights, type PillowWindow, PRECISION_BITS } from './pillow-weights.js';

/** Half a level, which rounds a sum to the nearest. */
const HALF = 1 << (PRECISION_BITS - 1);

/** Samples in memory from `at` on. */
export interface SamplesAt<T extends Uint8Array | Uint8ClampedArray> {
  readonly samples: T;
  readonly at: number;
}

/**
 * Resizes a row of RGB pixels across.
 *
 * @param from the row
 * @param to is given the wanted pixels as whole levels; a clamped array, since a sum may lie outside 0–255
 */
export function weighAcross(
  { samples, at }: SamplesAt<Uint8Array>,
  across: PillowWeights,
  { samples: out, at: to }: SamplesAt<Uint8ClampedArray>,
): void {
  const { from, taken, weights } = across;
  const width = from.length;
  for (let x = 0, put = to; x < width; x++, put += 3) {
    let k = across.place(x);
    const end = k + taken[x];
    let red = HALF;
    let green = HALF;
    let blue = HALF;
    for (let take = at + from[x] * 3; k < end; k++, take += 3) {
      const weight = weights[k];
      red = (red + Math.imul(samples[take], weight)) | 0;
      green = (green + Math.imul(samples[take + 1], weight)) | 0;
      blue = (blue + Math.imul(samples[take + 2], weight)) | 0;
    }
    out[put] = red >> PRECISION_BITS;
    out[put + 1] = green >> PRECISION_BITS;
    out[put + 2] = blue >> PRECISION_BITS;
  }
}

/**
 * Resizes rows down: the weighed sum of neighboring rows.
 *
 * @param from the first sample of the first row; the rows stand `step` apart
 * @param window weights of the rows
 * @param sums memory for as many sums as a row has samples
 * @param to is given as many whole levels
 */
export function weighDown(
  { samples, at, step }: SamplesAt<Uint8Array> & { readonly step: number },
  { weights, first, end }: PillowWindow,
  sums: Int32Array,
  { samples: out, at: to }: SamplesAt<Uint8ClampedArray>,
): void {
  const length = sums.length;
  sums.fill(HALF);
  let k = first;
  let row = at;
  for (; k + 4 <= end; k += 4, row += 4 * step) {
    const second = row + step;
    const third = second + step;
    const fourth = third + step;
    const w0 = weights[k];
    const w1 = weights[k + 1];
    const w2 = weights[k + 2];
    const w3 = weights[k + 3];
    for (let i = 0; i < length; i++) {
      const upper = (Math.imul(samples[row + i], w0) + Math.imul(samples[second + i], w1)) | 0;
      const lower = (Math.imul(samples[third + i], w2) + Math.imul(samples[fourth + i], w3)) | 0;
      sums[i] = (sums[i] + upper + lower) | 0;
    }
  }
  for (; k < end; k++, row += step) {
    const weight = weights[k];
    for (let i = 0; i < length; i++) sums[i] = (sums[i] + Math.imul(samples[row + i], weight)) | 0;
  }
  for (let i = 0; i < length; i++) out[to + i] = sums[i] >> PRECISION_BITS;
}
