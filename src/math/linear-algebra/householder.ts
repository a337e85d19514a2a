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
 * @returns tau, 0 where the tail is zero already; `x` then holds v, and `out[0]` holds beta
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

/** I − tau·v·vᵀ, with v in the same array as the vectors that it is applied to. */
interface ReflectorInPlace {
  /** Where v starts in the array. */
  readonly v: number;
  /** Elements [from, to) after the start of a vector take part. */
  readonly from: number;
  readonly to: number;
  readonly tau: number;
}

/** Applies a reflector to the two vectors that start at `first` and `second` at once, so that v is read half as often. */
function reflectTwo(x: Float64Array, reflector: ReflectorInPlace, first: number, second: number): void {
  const { v, from, to, tau } = reflector;
  // Two sums for each, because one would wait for every addition.
  let first0 = 0;
  let first1 = 0;
  let second0 = 0;
  let second1 = 0;
  let i = from;
  for (; i + 1 < to; i += 2) {
    const v0 = x[v + i];
    const v1 = x[v + i + 1];
    first0 += v0 * x[first + i];
    first1 += v1 * x[first + i + 1];
    second0 += v0 * x[second + i];
    second1 += v1 * x[second + i + 1];
  }
  if (i < to) {
    first0 += x[v + i] * x[first + i];
    second0 += x[v + i] * x[second + i];
  }
  const firstFactor = tau * (first0 + first1);
  const secondFactor = tau * (second0 + second1);
  for (i = from; i < to; i++) {
    const value = x[v + i];
    x[first + i] -= firstFactor * value;
    x[second + i] -= secondFactor * value;
  }
}

/** Applies a reflector to the vector that starts at `other`. */
function reflect(x: Float64Array, { v, from, to, tau }: ReflectorInPlace, other: number): void {
  let sum = 0;
  for (let i = from; i < to; i++) sum += x[v + i] * x[other + i];
  const factor = tau * sum;
  for (let i = from; i < to; i++) x[other + i] -= factor * x[v + i];
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
    if (taus[j] !== 0) {
      const reflector = { v: row, from: j, to: length, tau: taus[j] };
      let next = j + 1;
      for (; next + 1 < width; next += 2) {
        reflectTwo(columns, reflector, next * length, (next + 1) * length);
      }
      if (next < width) reflect(columns, reflector, next * length);
    }
    for (let next = j + 1; next < width; next++) r[j * width + next] = columns[next * length + j];
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
