import type { Product } from './product.js';

/** A factor of a positive semidefinite matrix: S = FᵀF. */
export interface CholeskyFactor {
  /** [rank, n] row-major; row j is zero in the columns of pivots 0 … j − 1. */
  readonly factor: Float64Array;
  readonly rank: number;
  /** [rank], the column that each row of the factor eliminated. */
  readonly pivots: Int32Array;
}

/** Rows of the factor found between two updates of the rest of the matrix. */
const BLOCK = 64;

/**
 * Diagonally pivoted Cholesky factorisation, which reveals the rank of a singular covariance. It stops where the
 * largest diagonal element left is at most n · 2.2e-16 of the largest diagonal element of S (LAPACK's dpstrf): what
 * is left then is rounding, and a root of it would be noise of size √ε.
 * @param s row-major symmetric [n, n] float64; unchanged
 */
export async function factorCholesky(s: Float64Array, n: number, product: Product): Promise<CholeskyFactor> {
  const factor = new Float64Array(n * n);
  const pivots = new Int32Array(n);
  let rank = 0;
  let active = Int32Array.from({ length: n }, (_, i) => i);
  let rest = s;
  let diagonal = diagonalOf(s, n);
  const tolerance = n * Number.EPSILON * diagonal.reduce((most, value) => Math.max(most, value), 0);

  while (active.length > 0) {
    const count = active.length;
    const panel = eliminatePanel(rest, diagonal, count, tolerance);
    for (let j = 0; j < panel.pivots.length; j++) {
      const row = (rank + j) * n;
      for (let i = 0; i < count; i++) factor[row + active[i]] = panel.rows[j * count + i];
      pivots[rank + j] = active[panel.pivots[j]];
    }
    rank += panel.pivots.length;
    if (panel.exhausted) break;
    const kept = positionsWithout(panel.pivots, count);
    rest = await updateRest(rest, panel, kept, product);
    active = kept.map((position) => active[position]);
    diagonal = diagonalOf(rest, kept.length);
  }
  return { factor: factor.subarray(0, rank * n), rank, pivots: pivots.subarray(0, rank) };
}

function diagonalOf(s: Float64Array, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => s[i * n + i]);
}

interface Panel {
  /** [width, count] */
  readonly rows: Float64Array;
  /** Columns that were active. */
  readonly count: number;
  /** Positions among the active ones, in order of elimination. */
  readonly pivots: readonly number[];
  /** Whether nothing above the tolerance is left. */
  readonly exhausted: boolean;
}

/** Finds up to BLOCK rows of the factor; `diagonal` is brought up to date on the way. */
function eliminatePanel(rest: Float64Array, diagonal: Float64Array, count: number, tolerance: number): Panel {
  const width = Math.min(BLOCK, count);
  const rows = new Float64Array(width * count);
  const pivots: number[] = [];
  for (let j = 0; j < width; j++) {
    let pivot = 0;
    for (let i = 1; i < count; i++) if (diagonal[i] > diagonal[pivot]) pivot = i;
    if (!(diagonal[pivot] > tolerance)) return { rows, count, pivots, exhausted: true };
    const row = rows.subarray(j * count, (j + 1) * count);
    row.set(rest.subarray(pivot * count, (pivot + 1) * count));
    takeEarlierRows(row, rows.subarray(0, j * count), pivot);
    const root = Math.sqrt(diagonal[pivot]);
    for (let i = 0; i < count; i++) {
      row[i] /= root;
      diagonal[i] -= row[i] * row[i];
    }
    pivots.push(pivot);
    row[pivot] = root;
    // What rounding left in the columns of earlier pivots is exactly zero.
    for (let l = 0; l < j; l++) row[pivots[l]] = 0;
    diagonal[pivot] = Number.NEGATIVE_INFINITY;
  }
  return { rows, count, pivots, exhausted: width === count };
}

/** Takes rows[l][pivot] times each earlier row l from the row, four at a time to read and write it less often. */
function takeEarlierRows(row: Float64Array, rows: Float64Array, pivot: number): void {
  const count = row.length;
  const j = rows.length / count;
  let l = 0;
  for (; l + 3 < j; l += 4) {
    const r0 = l * count;
    const r1 = r0 + count;
    const r2 = r1 + count;
    const r3 = r2 + count;
    const f0 = rows[r0 + pivot];
    const f1 = rows[r1 + pivot];
    const f2 = rows[r2 + pivot];
    const f3 = rows[r3 + pivot];
    for (let i = 0; i < count; i++) {
      row[i] -= f0 * rows[r0 + i] + f1 * rows[r1 + i] + (f2 * rows[r2 + i] + f3 * rows[r3 + i]);
    }
  }
  for (; l < j; l++) {
    const from = l * count;
    const factor = rows[from + pivot];
    for (let i = 0; i < count; i++) row[i] -= factor * rows[from + i];
  }
}

function positionsWithout(pivots: readonly number[], count: number): Int32Array<ArrayBuffer> {
  const gone = new Set(pivots);
  return Int32Array.from({ length: count }, (_, i) => i).filter((i) => !gone.has(i));
}

/** The Schur complement of a panel on the positions that are kept. */
async function updateRest(
  rest: Float64Array,
  panel: Panel,
  kept: Int32Array,
  product: Product,
): Promise<Float64Array> {
  const { count } = panel;
  const width = panel.pivots.length;
  const size = kept.length;
  const rows = new Float64Array(width * size);
  for (let j = 0; j < width; j++) {
    for (let i = 0; i < size; i++) rows[j * size + i] = panel.rows[j * count + kept[i]];
  }
  const next = await product(rows, rows, { m: size, k: width, n: size, transposeA: true });
  for (let i = 0; i < size; i++) {
    const from = kept[i] * count;
    const to = i * size;
    for (let j = 0; j < size; j++) next[to + j] = rest[from + kept[j]] - next[to + j];
  }
  return next;
}
