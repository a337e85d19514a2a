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

/** A dense matrix, row-major [rows, columns], and the width of the band that it becomes. */
export interface BandShape {
  readonly rows: number;
  readonly columns: number;
  readonly bandwidth: number;
}

/** Blocks of columns that are eliminated between two updates of the whole rest. */
const BLOCKS_PER_UPDATE = 4;

/**
 * Reduces a dense matrix to an upper band matrix with the same singular values by orthogonal transformations from
 * both sides (Grösser and Lang 1999). Blocks of `bandwidth` columns and rows are eliminated in turn. What they do to
 * the rest of the matrix is kept as a product of two thin matrices and applied to it once for several blocks
 * (Dongarra, Hammarling and Sorensen 1989), so almost all the work is matrix products.
 * @param a row-major [rows, columns], rows ≥ columns ≥ 1; unchanged
 */
export async function reduceToBand(
  a: Float64Array,
  { rows, columns, bandwidth }: BandShape,
  product: Product,
): Promise<BandMatrix> {
  const stride = 3 * bandwidth;
  const values = new Float64Array(columns * (stride + 1) + stride);
  const band = { size: columns, bandwidth, stride, values };
  let rest = a;
  for (let start = 0; start < columns; start += bandwidth * BLOCKS_PER_UPDATE) {
    const group = new BlockGroup(rest, { rows: rows - start, columns: columns - start, bandwidth }, product);
    for (let block = 0; block < BLOCKS_PER_UPDATE && group.offset < group.columns; block++) {
      await group.eliminate(band, start);
    }
    rest = await group.updatedRest();
  }
  return band;
}

/**
 * A matrix B − YᵀZ of which B stays as it was while blocks are eliminated, and Y and Z grow by rows. All vectors run
 * over the full rows or columns of B, with zeros (or nothing of interest) where these are eliminated.
 */
class BlockGroup {
  /** Rows and columns that are eliminated so far. */
  offset = 0;
  readonly rows: number;
  readonly columns: number;
  readonly bandwidth: number;
  readonly #y: Float64Array;
  readonly #z: Float64Array;
  /** Rows of Y and of Z. */
  #terms = 0;

  constructor(
    readonly b: Float64Array,
    { rows, columns, bandwidth }: BandShape,
    readonly product: Product,
  ) {
    this.rows = rows;
    this.columns = columns;
    this.bandwidth = bandwidth;
    const most = 2 * bandwidth * BLOCKS_PER_UPDATE;
    this.#y = new Float64Array(most * rows);
    this.#z = new Float64Array(most * columns);
  }

  get #yRows(): Float64Array {
    return this.#y.subarray(0, this.#terms * this.rows);
  }

  get #zRows(): Float64Array {
    return this.#z.subarray(0, this.#terms * this.columns);
  }

  /** Eliminates the next block of columns and of rows, and writes what they become into the band from `start` on. */
  async eliminate(band: BandMatrix, start: number): Promise<void> {
    const { rows, columns, offset } = this;
    const width = Math.min(this.bandwidth, columns - offset);
    const left = await factorColumns(await this.#nextColumns(width), width, rows - offset, this.product);
    storeFactor(band, { r: left.r, width, row: start + offset, column: start + offset, transposed: false });
    this.offset += width;
    if (this.offset === columns) return;

    const { count } = left.reflectors;
    const v1 = padded(left.reflectors, rows, offset);
    const w = await this.#projected(left.reflectors, v1);
    const change = { count, v: v1, w };
    const top = await this.#nextRows(width, offset, change);
    const right = await factorColumns(top, width, columns - this.offset, this.product);
    storeFactor(band, {
      r: right.r,
      width,
      row: start + offset,
      column: start + this.offset,
      transposed: true,
    });

    const v2 = padded(right.reflectors, columns, this.offset);
    const y = await this.#mixed(right.reflectors, v2, change);
    this.#append(y, v2, right.reflectors.count);
    this.#append(v1, w, count);
  }

  /** B − YᵀZ without the rows and columns that are eliminated. */
  async updatedRest(): Promise<Float64Array> {
    const { rows, columns, offset } = this;
    const m = rows - offset;
    const n = columns - offset;
    if (n === 0) return new Float64Array(0);
    const y = withoutFirst(this.#yRows, rows, offset);
    const z = withoutFirst(this.#zRows, columns, offset);
    const rest = await this.product(y, z, { m, k: this.#terms, n, transposeA: true });
    for (let i = 0; i < m; i++) {
      const from = (offset + i) * columns + offset;
      const to = i * n;
      for (let j = 0; j < n; j++) rest[to + j] = this.b[from + j] - rest[to + j];
    }
    return rest;
  }

  #append(y: Float64Array, z: Float64Array, count: number): void {
    this.#y.set(y, this.#terms * this.rows);
    this.#z.set(z, this.#terms * this.columns);
    this.#terms += count;
  }

  /** The next `width` columns from the diagonal down: [width, rows − offset]. */
  async #nextColumns(width: number): Promise<Float64Array> {
    const { b, rows, columns, offset } = this;
    const length = rows - offset;
    const result = new Float64Array(width * length);
    for (let i = 0; i < length; i++) {
      const from = (offset + i) * columns + offset;
      for (let j = 0; j < width; j++) result[j * length + i] = b[from + j];
    }
    if (this.#terms > 0) {
      const z = columnRange(this.#zRows, columns, offset, width);
      const taken = await this.product(z, this.#yRows, {
        m: width,
        k: this.#terms,
        n: rows,
        transposeA: true,
      });
      subtract(result, withoutFirst(taken, rows, offset));
    }
    return result;
  }

  /** W = T₁ᵀ·V₁·(B − YᵀZ): the left reflectors turn the matrix into itself − V₁ᵀW. Zero in eliminated columns. */
  async #projected({ count, t }: Reflectors, v1: Float64Array): Promise<Float64Array> {
    const { rows, columns } = this;
    const k = this.#terms;
    const vb = await this.product(v1, this.b, { m: count, k: rows, n: columns });
    if (k > 0) {
      const vy = await this.product(v1, this.#yRows, { m: count, k: rows, n: k, transposeB: true });
      subtract(vb, await this.product(vy, this.#zRows, { m: count, k, n: columns }));
    }
    const w = await this.product(t, vb, { m: count, k: count, n: columns, transposeA: true });
    for (let i = 0; i < count; i++) w.fill(0, i * columns, i * columns + this.offset);
    return w;
  }

  /** The rows of the eliminated columns, right of them, after the left reflectors: [width, columns − offset]. */
  async #nextRows(width: number, first: number, { count, v: v1, w }: LeftChange): Promise<Float64Array> {
    const { b, rows, columns } = this;
    const result = b.slice(first * columns, (first + width) * columns);
    const v = columnRange(v1, rows, first, width);
    subtract(result, await this.product(v, w, { m: width, k: count, n: columns, transposeA: true }));
    if (this.#terms > 0) {
      const y = columnRange(this.#yRows, rows, first, width);
      const shape = { m: width, k: this.#terms, n: columns, transposeA: true };
      subtract(result, await this.product(y, this.#zRows, shape));
    }
    return withoutFirst(result, columns, this.offset);
  }

  /** Yᵀ as rows: T₂ᵀ·V₂·(B − YᵀZ − V₁ᵀW)ᵀ, what the right reflectors take away per row of V₂. */
  async #mixed(
    { count, t }: Reflectors,
    v2: Float64Array,
    { count: leftCount, v: v1, w }: LeftChange,
  ): Promise<Float64Array> {
    const { rows, columns } = this;
    const k = this.#terms;
    const vb = await this.product(v2, this.b, { m: count, k: columns, n: rows, transposeB: true });
    const vw = await this.product(v2, w, { m: count, k: columns, n: leftCount, transposeB: true });
    subtract(vb, await this.product(vw, v1, { m: count, k: leftCount, n: rows }));
    if (k > 0) {
      const vz = await this.product(v2, this.#zRows, { m: count, k: columns, n: k, transposeB: true });
      subtract(vb, await this.product(vz, this.#yRows, { m: count, k, n: rows }));
    }
    return this.product(t, vb, { m: count, k: count, n: rows, transposeA: true });
  }
}

/** What the left reflectors of a block take away from the matrix: VᵀW. */
interface LeftChange {
  /** Rows of V and of W. */
  readonly count: number;
  /** [count, rows] */
  readonly v: Float64Array;
  /** [count, columns] */
  readonly w: Float64Array;
}

/** An R factor, or its transpose, and where its first element goes. */
interface PlacedFactor {
  readonly r: Float64Array;
  readonly width: number;
  readonly row: number;
  readonly column: number;
  readonly transposed: boolean;
}

function storeFactor(band: BandMatrix, { r, width, row, column, transposed }: PlacedFactor): void {
  const count = r.length / width;
  for (let i = 0; i < count; i++) {
    for (let j = i; j < width; j++) {
      const y = row + (transposed ? j : i);
      const x = column + (transposed ? i : j);
      band.values[y * band.stride + x + band.bandwidth] = r[i * width + j];
    }
  }
}

/** The reflectors as rows of `length` that begin with `offset` zeros. */
function padded({ count, length: own, v }: Reflectors, length: number, offset: number): Float64Array {
  const result = new Float64Array(count * length);
  for (let i = 0; i < count; i++) result.set(v.subarray(i * own, (i + 1) * own), i * length + offset);
  return result;
}

/** The rows of a row-major matrix of row length `length`, each without its first `offset` elements. */
function withoutFirst(a: Float64Array, length: number, offset: number): Float64Array {
  return columnRange(a, length, offset, length - offset);
}

function columnRange(a: Float64Array, length: number, start: number, count: number): Float64Array {
  const rows = a.length / length;
  const result = new Float64Array(rows * count);
  for (let i = 0; i < rows; i++) {
    result.set(a.subarray(i * length + start, i * length + start + count), i * count);
  }
  return result;
}

function subtract(a: Float64Array, b: Float64Array): void {
  for (let i = 0; i < a.length; i++) a[i] -= b[i];
}
