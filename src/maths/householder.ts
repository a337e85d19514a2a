import type { Product } from './product.js';

/** Householder reflectors of a block of columns in compact form: Q = H₀H₁… = I − Vᵀ·T·V with V as stored here. */
export interface Reflectors {
  readonly count: number;
  readonly length: number;
  /** [count, length]: row j is reflector j, zero before j and one at j. */
  readonly v: Float64Array;
  /** [count, count] upper triangular. */
  readonly t: Float64Array;
}

/**
 * Turns x[start, end) into a reflector H = I − tau·v·vᵀ with v[start] = 1 that maps it to (beta, 0, …, 0).
 * @returns tau, 0 where the tail is zero already; `x` then holds v, and `beta` stands in `out[0]`
 */
export function makeReflector(x: Float64Array, start: number, end: number, out: Float64Array): number {
  let tail = 0;
  for (let i = start + 1; i < end; i++) tail += x[i] * x[i];
  const head = x[start];
  x[start] = 1;
  out[0] = head;
  if (tail === 0) return 0;
  const norm = Math.sqrt(head * head + tail);
  const beta = head > 0 ? -norm : norm;
  const scale = 1 / (head - beta);
  for (let i = start + 1; i < end; i++) x[i] *= scale;
  out[0] = beta;
  return (beta - head) / beta;
}

/** Applies I − tau·v·vᵀ to x[xStart + i], with v[vStart + i], for i < length. */
function reflect(v: Float64Array, vStart: number, x: Float64Array, xStart: number, length: number, tau: number) {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  // Four sums, because one would wait for each addition.
  for (; i + 3 < length; i += 4) {
    s0 += v[vStart + i] * x[xStart + i];
    s1 += v[vStart + i + 1] * x[xStart + i + 1];
    s2 += v[vStart + i + 2] * x[xStart + i + 2];
    s3 += v[vStart + i + 3] * x[xStart + i + 3];
  }
  for (; i < length; i++) s0 += v[vStart + i] * x[xStart + i];
  const factor = tau * (s0 + s1 + (s2 + s3));
  for (i = 0; i < length; i++) x[xStart + i] -= factor * v[vStart + i];
}

/**
 * QR of a tall block given by columns.
 * @param columns [width, length], one column of the block after the other; overwritten with the reflectors
 * @returns the reflectors (min(width, length) of them) and R, [count, width] upper trapezoidal
 */
export async function factorColumns(
  columns: Float64Array,
  width: number,
  length: number,
  product: Product,
): Promise<{ reflectors: Reflectors; r: Float64Array }> {
  const count = Math.min(width, length);
  const taus = new Float64Array(count);
  const r = new Float64Array(count * width);
  const beta = new Float64Array(1);
  for (let j = 0; j < count; j++) {
    const row = j * length;
    taus[j] = makeReflector(columns, row + j, row + length, beta);
    r[j * width + j] = beta[0];
    for (let next = j + 1; next < width; next++) {
      const other = next * length;
      if (taus[j] !== 0) reflect(columns, row + j, columns, other + j, length - j, taus[j]);
      r[j * width + next] = columns[other + j];
    }
    columns.fill(0, row, row + j);
  }
  const v = columns.subarray(0, count * length);
  return { reflectors: { count, length, v, t: await triangularFactor(v, taus, length, product) }, r };
}

/** T of the compact form (Schreiber and Van Loan 1989), from the reflectors' inner products. */
async function triangularFactor(
  v: Float64Array,
  taus: Float64Array,
  length: number,
  product: Product,
): Promise<Float64Array> {
  const count = taus.length;
  const gram = await product(v, v, { m: count, k: length, n: count, transposeB: true });
  const t = new Float64Array(count * count);
  for (let j = 0; j < count; j++) {
    t[j * count + j] = taus[j];
    for (let i = 0; i < j; i++) {
      let sum = 0;
      for (let l = i; l < j; l++) sum += t[i * count + l] * gram[l * count + j];
      t[i * count + j] = -taus[j] * sum;
    }
  }
  return t;
}
