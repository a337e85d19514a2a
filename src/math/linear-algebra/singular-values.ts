import { reduceToBand } from './band-reduction.js';
import { type Bidiagonal, reduceToBidiagonal } from './bidiagonal.js';
import type { Product } from './product.js';
import { transpose } from './transpose.js';

/** Width of the band between the two reductions: wider favors the products, narrower the bulge chasing. */
const BANDWIDTH = 32;

/**
 * Singular values of a row-major [rows, columns] float64 matrix in descending order, each to about
 * min(rows, columns) · 2e-16 of the largest. Small ones are not computed from squares, so none is lost to rounding
 * above that bound.
 */
export async function computeSingularValues(
  a: Float64Array,
  rows: number,
  columns: number,
  product: Product,
): Promise<Float64Array> {
  const size = Math.min(rows, columns);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]));
  if (!Number.isFinite(largest)) throw new RangeError('expected finite matrix elements for singular values');
  if (largest === 0) return new Float64Array(size);

  // Scaled, so that squares of very large or very small elements stay in range.
  const tall = rows >= columns ? a.slice() : transpose(a, rows, columns);
  for (let i = 0; i < tall.length; i++) tall[i] /= largest;
  const band = await reduceToBand(
    tall,
    { rows: Math.max(rows, columns), columns: size, bandwidth: Math.min(BANDWIDTH, size) },
    product,
  );
  const values = computeBidiagonalSingularValues(reduceToBidiagonal(band));
  for (let i = 0; i < size; i++) values[i] *= largest;
  return values;
}

/** The nuclear norm, which is the sum of the singular values, of a row-major [rows, columns] matrix. */
export async function computeNuclearNorm(
  a: Float64Array,
  rows: number,
  columns: number,
  product: Product,
): Promise<number> {
  const values = await computeSingularValues(a, rows, columns, product);
  return values.reduceRight((sum, value) => sum + value, 0);
}

/** Most sweeps a singular value may take; two or three are usual. */
const MAX_SWEEPS = 60;

/**
 * Singular values of an upper bidiagonal matrix in descending order, by the implicit-shift QR iteration with zero
 * shifts where the shift would be lost (Demmel and Kahan 1990).
 * @param bidiagonal overwritten
 */
export function computeBidiagonalSingularValues({ diagonal: d, superdiagonal: e }: Bidiagonal): Float64Array {
  let scale = 0;
  for (const value of d) scale = Math.max(scale, Math.abs(value));
  for (const value of e) scale = Math.max(scale, Math.abs(value));
  const negligible = Number.EPSILON * scale;

  let last = d.length - 1;
  let previousFirst = -1;
  let previousLast = -1;
  let sweeps = 0;
  while (last > 0) {
    if (Math.abs(e[last - 1]) <= negligible) {
      e[--last] = 0;
      sweeps = 0;
      continue;
    }
    let first = last - 1;
    while (first > 0 && Math.abs(e[first - 1]) > negligible) first--;
    const block = { d, e, first, last };
    // The iteration converges fast from the end with the smaller elements, so a new block is turned that way.
    if (first > previousLast || last < previousFirst) orient(block);
    previousFirst = first;
    previousLast = last;
    if (++sweeps > MAX_SWEEPS) throw new Error('the singular values of a bidiagonal matrix did not converge');
    sweep(block, negligible);
  }
  return d.map(Math.abs).sort().reverse();
}

/** Elements [first, last] of the diagonal d, and what is between them of the superdiagonal e. */
interface Block {
  readonly d: Float64Array;
  readonly e: Float64Array;
  readonly first: number;
  readonly last: number;
}

/** Reverses a block whose first element is smaller than its last: the reversed transpose is bidiagonal as well. */
function orient({ d, e, first, last }: Block): void {
  if (Math.abs(d[first]) >= Math.abs(d[last])) return;
  d.subarray(first, last + 1).reverse();
  e.subarray(first, last).reverse();
}

function sweep(block: Block, negligible: number): void {
  const { d, e, first, last } = block;
  let singular = false;
  for (let i = first; i <= last; i++) singular ||= Math.abs(d[i]) <= negligible;
  const shift = singular ? 0 : smallerSingularValue(d[last - 1], e[last - 1], d[last]);
  const ratio = shift / Math.abs(d[first]);
  if (singular || ratio * ratio < Number.EPSILON) sweepUnshifted(block);
  else sweepShifted(block, shift);
}

function sweepUnshifted({ d, e, first, last }: Block): void {
  let cosine = 1;
  let oldCosine = 1;
  let oldSine = 0;
  for (let i = first; i < last; i++) {
    const f = d[i] * cosine;
    const g = e[i];
    let r = Math.sqrt(f * f + g * g);
    cosine = r === 0 ? 1 : f / r;
    const sine = r === 0 ? 0 : g / r;
    if (i > first) e[i - 1] = oldSine * r;
    const f2 = oldCosine * r;
    const g2 = d[i + 1] * sine;
    r = Math.sqrt(f2 * f2 + g2 * g2);
    oldCosine = r === 0 ? 1 : f2 / r;
    oldSine = r === 0 ? 0 : g2 / r;
    d[i] = r;
  }
  const h = d[last] * cosine;
  d[last] = h * oldCosine;
  e[last - 1] = h * oldSine;
}

function sweepShifted({ d, e, first, last }: Block, shift: number): void {
  let f = (Math.abs(d[first]) - shift) * (Math.sign(d[first]) + shift / d[first]);
  let g = e[first];
  for (let i = first; i < last; i++) {
    let r = Math.sqrt(f * f + g * g);
    let cosine = r === 0 ? 1 : f / r;
    let sine = r === 0 ? 0 : g / r;
    if (i > first) e[i - 1] = r;
    f = cosine * d[i] + sine * e[i];
    const upper = cosine * e[i] - sine * d[i];
    g = sine * d[i + 1];
    const lower = cosine * d[i + 1];
    r = Math.sqrt(f * f + g * g);
    cosine = r === 0 ? 1 : f / r;
    sine = r === 0 ? 0 : g / r;
    d[i] = r;
    f = cosine * upper + sine * lower;
    d[i + 1] = cosine * lower - sine * upper;
    if (i < last - 1) {
      g = sine * e[i + 1];
      e[i + 1] *= cosine;
    }
  }
  e[last - 1] = f;
}

/** The smaller singular value of [[f, g], [0, h]], without cancellation (LAPACK's dlas2). */
function smallerSingularValue(f: number, g: number, h: number): number {
  const small = Math.min(Math.abs(f), Math.abs(h));
  const large = Math.max(Math.abs(f), Math.abs(h));
  const off = Math.abs(g);
  if (small === 0) return 0;
  const sum = 1 + small / large;
  const difference = (large - small) / large;
  if (off < large) {
    const ratio = (off / large) ** 2;
    return small * (2 / (Math.sqrt(sum * sum + ratio) + Math.sqrt(difference * difference + ratio)));
  }
  const ratio = large / off;
  const c = 1 / (Math.sqrt(1 + (sum * ratio) ** 2) + Math.sqrt(1 + (difference * ratio) ** 2));
  return 2 * (small * c * ratio);
}
