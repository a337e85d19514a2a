import type { BandMatrix } from './band-reduction.js';
import { makeReflector } from './householder.js';

/** An upper bidiagonal matrix. */
export interface Bidiagonal {
  /** [n] */
  readonly diagonal: Float64Array;
  /** [n − 1] */
  readonly superdiagonal: Float64Array;
}

/**
 * Reduces an upper band matrix to a bidiagonal one with the same singular values by bulge chasing: one row at a
 * time is cut down to its first two elements, and the fill is driven down the band in steps of its width
 * (Lang 1996). About 8·n²·bandwidth operations.
 * @param band overwritten
 */
export function reduceToBidiagonal(band: BandMatrix): Bidiagonal {
  const { size, bandwidth, stride, values } = band;
  const scratch = {
    v: new Float64Array(bandwidth),
    w: new Float64Array(3 * bandwidth),
    beta: new Float64Array(1),
  };
  if (bandwidth > 1) {
    for (let first = 0; first < size - 2; first++) {
      let row = first;
      for (let start = first + 1; start < size; start += bandwidth) {
        const end = Math.min(start + bandwidth, size);
        if (end - start > 1) {
          const range = { start, end };
          mixColumns(band, row, range, scratch);
          mixRows(band, range, Math.min(end + bandwidth, size), scratch);
        }
        row = start;
      }
    }
  }
  const diagonal = new Float64Array(size);
  const superdiagonal = new Float64Array(Math.max(0, size - 1));
  for (let i = 0; i < size; i++) {
    diagonal[i] = values[i * stride + i + bandwidth];
    if (i + 1 < size) superdiagonal[i] = values[i * stride + i + 1 + bandwidth];
  }
  return { diagonal, superdiagonal };
}

/** Rows or columns from `start` on, without `end`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

interface Scratch {
  readonly v: Float64Array;
  readonly w: Float64Array;
  readonly beta: Float64Array;
}

/** Reflects columns [start, end) so that `row` keeps only the first of them; rows row … end − 1 are touched. */
function mixColumns(band: BandMatrix, row: number, { start, end }: Range, { v, beta }: Scratch): void {
  const { stride, bandwidth, values } = band;
  const count = end - start;
  const pivot = row * stride + start + bandwidth;
  for (let j = 0; j < count; j++) v[j] = values[pivot + j];
  const tau = makeReflector(v, 0, count, beta);
  values[pivot] = beta[0];
  for (let j = 1; j < count; j++) values[pivot + j] = 0;
  if (tau === 0) return;
  let i = row + 1;
  // Two rows at a time, to read v half as often.
  for (; i + 1 < end; i += 2) {
    const from = i * stride + start + bandwidth;
    const next = from + stride;
    let upper = 0;
    let lower = 0;
    for (let j = 0; j < count; j++) {
      upper += values[from + j] * v[j];
      lower += values[next + j] * v[j];
    }
    upper *= tau;
    lower *= tau;
    for (let j = 0; j < count; j++) {
      values[from + j] -= upper * v[j];
      values[next + j] -= lower * v[j];
    }
  }
  if (i < end) {
    const from = i * stride + start + bandwidth;
    let sum = 0;
    for (let j = 0; j < count; j++) sum += values[from + j] * v[j];
    sum *= tau;
    for (let j = 0; j < count; j++) values[from + j] -= sum * v[j];
  }
}

/** Reflects rows [start, end) so that column `start` keeps only its diagonal; columns up to `stop` are touched. */
function mixRows(band: BandMatrix, { start, end }: Range, stop: number, { v, w, beta }: Scratch): void {
  const { stride, bandwidth, values } = band;
  const count = end - start;
  const pivot = start * stride + start + bandwidth;
  for (let i = 0; i < count; i++) v[i] = values[pivot + i * stride];
  const tau = makeReflector(v, 0, count, beta);
  values[pivot] = beta[0];
  for (let i = 1; i < count; i++) values[pivot + i * stride] = 0;
  if (tau === 0) return;
  const width = stop - start - 1;
  w.fill(0, 0, width);
  let i = 0;
  // Four rows at a time, to read and write w a quarter as often.
  for (; i + 3 < count; i += 4) {
    const r0 = pivot + i * stride + 1;
    const r1 = r0 + stride;
    const r2 = r1 + stride;
    const r3 = r2 + stride;
    const f0 = v[i];
    const f1 = v[i + 1];
    const f2 = v[i + 2];
    const f3 = v[i + 3];
    for (let j = 0; j < width; j++) {
      w[j] += f0 * values[r0 + j] + f1 * values[r1 + j] + (f2 * values[r2 + j] + f3 * values[r3 + j]);
    }
  }
  for (; i < count; i++) {
    const from = pivot + i * stride + 1;
    const factor = v[i];
    for (let j = 0; j < width; j++) w[j] += factor * values[from + j];
  }
  for (let j = 0; j < width; j++) w[j] *= tau;
  for (i = 0; i + 1 < count; i += 2) {
    const from = pivot + i * stride + 1;
    const next = from + stride;
    const upper = v[i];
    const lower = v[i + 1];
    for (let j = 0; j < width; j++) {
      values[from + j] -= upper * w[j];
      values[next + j] -= lower * w[j];
    }
  }
  if (i < count) {
    const from = pivot + i * stride + 1;
    const factor = v[i];
    for (let j = 0; j < width; j++) values[from + j] -= factor * w[j];
  }
}
