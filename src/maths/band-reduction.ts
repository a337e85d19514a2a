import { factorColumns, type Reflectors } from './householder.js';
import type { Product } from './product.js';

/**
 * An upper band matrix of order `size`, with room for the fill that its reduction to a bidiagonal makes.
 * Element (i, j), where −bandwidth < j − i < 2 · bandwidth, is `values[i · stride + j + bandwidth]`: rows lie as in a
 * full matrix of row length `stride`, so that dense loops work on it.
 */
export interface BandMatrix {
  readonly size: number;
  readonly bandwidth: number;
  readonly stride: number;
  readonly values: Float64Array;
}

function emptyBand(size: number, bandwidth: number): BandMatrix {
  const stride = 3 * bandwidth;
  return { size, bandwidth, stride, values: new Float64Array(size * (stride + 1) + stride) };
}

/** What is left to reduce: row-major [rows, columns]. */
interface Trailing {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Reduces a dense matrix to an upper band matrix with the same singular values by orthogonal transformations from
 * both sides (Grösser and Lang 1999). Blocks of `bandwidth` columns and rows are eliminated in turn, and both
 * eliminations reach the rest of the matrix in one product, so almost all the work is matrix products.
 * @param a row-major [rows, columns], rows ≥ columns ≥ 1; unchanged
 */
export async function reduceToBand(
  a: Float64Array,
  rows: number,
  columns: number,
  bandwidth: number,
  product: Product,
): Promise<BandMatrix> {
  const band = emptyBand(columns, bandwidth);
  let rest: Trailing = { values: a, rows, columns };
  for (let start = 0; start < columns; start += bandwidth) {
    const width = Math.min(bandwidth, rest.columns);
    const left = await factorColumns(columnsOf(rest, width), width, rest.rows, product);
    store(band, left.r, width, start, start, false);
    if (width === rest.columns) break;

    const w = await projected(rest, left.reflectors, width, product);
    const top = updatedTop(rest, left.reflectors, w, width);
    const right = await factorColumns(top, width, rest.columns - width, product);
    store(band, right.r, width, start, start + width, true);
    rest = await eliminated(rest, left.reflectors, w, right.reflectors, width, product);
  }
  return band;
}

/** The first `width` columns, one after the other. */
function columnsOf({ values, rows, columns }: Trailing, width: number): Float64Array {
  const result = new Float64Array(width * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) result[j * rows + i] = values[i * columns + j];
  }
  return result;
}

/** Writes an R factor, or its transpose, into the band with its first element at (row, column). */
function store(
  band: BandMatrix,
  r: Float64Array,
  width: number,
  row: number,
  column: number,
  transposed: boolean,
): void {
  const count = r.length / width;
  for (let i = 0; i < count; i++) {
    for (let j = i; j < width; j++) {
      const y = row + (transposed ? j : i);
      const x = column + (transposed ? i : j);
      band.values[y * band.stride + x + band.bandwidth] = r[i * width + j];
    }
  }
}

/** Tᵀ·V·A without the first `width` columns: what the left reflectors take away is Vᵀ times this. */
async function projected(rest: Trailing, left: Reflectors, width: number, product: Product): Promise<Float64Array> {
  const kept = rest.columns - width;
  const va = await product(left.v, rest.values, { m: left.count, k: rest.rows, n: rest.columns });
  const trimmed = new Float64Array(left.count * kept);
  for (let i = 0; i < left.count; i++) {
    trimmed.set(va.subarray(i * rest.columns + width, (i + 1) * rest.columns), i * kept);
  }
  return product(left.t, trimmed, { m: left.count, k: left.count, n: kept, transposeA: true });
}

/** The first `width` rows right of the eliminated columns, after the left reflectors: [width, columns − width]. */
function updatedTop(rest: Trailing, left: Reflectors, w: Float64Array, width: number): Float64Array {
  const kept = rest.columns - width;
  const top = new Float64Array(width * kept);
  for (let i = 0; i < width; i++) {
    const row = top.subarray(i * kept, (i + 1) * kept);
    row.set(rest.values.subarray(i * rest.columns + width, (i + 1) * rest.columns));
    for (let l = 0; l <= i; l++) {
      const factor = left.v[l * left.length + i];
      const from = l * kept;
      for (let j = 0; j < kept; j++) row[j] -= factor * w[from + j];
    }
  }
  return top;
}

/**
 * The rest without its first `width` rows and columns, after both sets of reflectors:
 * C − V₁ᵀ·W − Y·V₂ with Y = (C − V₁ᵀ·W)·V₂ᵀ·T₂.
 */
async function eliminated(
  rest: Trailing,
  left: Reflectors,
  w: Float64Array,
  right: Reflectors,
  width: number,
  product: Product,
): Promise<Trailing> {
  const rows = rest.rows - width;
  const columns = rest.columns - width;
  const below = rest.values.subarray(width * rest.columns);
  const inner = left.count + right.count;

  // V₂ with zeros for the eliminated columns, so that `below` need not be copied without them.
  const padded = new Float64Array(right.count * rest.columns);
  for (let j = 0; j < right.count; j++) {
    padded.set(right.v.subarray(j * columns, (j + 1) * columns), j * rest.columns + width);
  }
  const cv = await product(below, padded, { m: rows, k: rest.columns, n: right.count, transposeB: true });
  const wv = await product(w, right.v, { m: left.count, k: columns, n: right.count, transposeB: true });

  // Y = [C·V₂ᵀ | V₁ᵀ]·[T₂ ; −W·V₂ᵀ·T₂]
  const wvt = await product(wv, right.t, { m: left.count, k: right.count, n: right.count });
  const yLeft = new Float64Array(rows * inner);
  for (let i = 0; i < rows; i++) {
    yLeft.set(cv.subarray(i * right.count, (i + 1) * right.count), i * inner);
    for (let j = 0; j < left.count; j++) {
      yLeft[i * inner + right.count + j] = left.v[j * left.length + width + i];
    }
  }
  const yRight = new Float64Array(inner * right.count);
  yRight.set(right.t);
  for (let i = 0; i < wvt.length; i++) yRight[right.t.length + i] = -wvt[i];
  const y = await product(yLeft, yRight, { m: rows, k: inner, n: right.count });

  // [Y | V₁ᵀ]·[V₂ ; W], reusing the left operand.
  for (let i = 0; i < rows; i++) yLeft.set(y.subarray(i * right.count, (i + 1) * right.count), i * inner);
  const both = new Float64Array(inner * columns);
  both.set(right.v);
  both.set(w, right.v.length);
  const values = await product(yLeft, both, { m: rows, k: inner, n: columns });
  for (let i = 0; i < rows; i++) {
    const from = i * rest.columns + width;
    const to = i * columns;
    for (let j = 0; j < columns; j++) values[to + j] = below[from + j] - values[to + j];
  }
  return { values, rows, columns };
}
