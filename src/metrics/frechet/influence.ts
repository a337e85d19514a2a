import { type Basis, pickColumns } from '../../math/linear-algebra/leading-subspace.js';
import type { CholeskyFactor } from '../../math/linear-algebra/pivoted-cholesky.js';
import type { Product } from '../../math/linear-algebra/product.js';
import { invertLargePivotBlock } from '../../math/linear-algebra/triangular.js';
import type { Rows } from '../rows.js';
import type { Gaussian } from './frechet-distance.js';

/** Rows from which the variance of the influence is estimated; more rows would change it little. */
export const MAX_INFLUENCE_ROWS = 8192;
const BLOCK_ROWS = 1024;

/** One side of the distance. */
export interface InfluenceSide {
  readonly gaussian: Gaussian;
  /** Absent for a reference of which only statistics are known: it then adds no variance. */
  readonly rows?: Rows;
  /** Class index per row, where there are classes. */
  readonly labels?: Int32Array;
  /** Gives an order of the rows in which those that are taken are evenly spread, where there are too many. @default as they stand */
  readonly orderRows?: (rows: Rows) => Promise<Int32Array>;
  /** Gives what was computed of this side alone under this name before; the random numbers must be the same ones. @default computes it */
  readonly keep?: <T>(name: string, compute: () => Promise<T>) => Promise<T>;
}

/** A normal distribution in the coordinates of the basis. */
export interface Projected {
  readonly mu: Float64Array;
  readonly size: number;
  readonly cholesky: CholeskyFactor;
  /** Variance in all the directions outside the basis together. */
  readonly outside: number;
}

export interface InfluenceSetting {
  readonly basis: Basis | undefined;
  readonly side: Projected;
  /** Mean of the other side. */
  readonly other: Float64Array;
  /** The transport map in whitened coordinates, [rank, rank]. */
  readonly root: Float64Array;
  readonly outside: number;
}

/** Variances of the influence over (at most MAX_INFLUENCE_ROWS) rows of one side: of all, and of those of one class. */
export async function influenceSpread(
  { rows, labels, orderRows }: Pick<InfluenceSide, 'labels' | 'orderRows'> & { readonly rows: Rows },
  setting: InfluenceSetting,
  product: Product,
): Promise<{ whole: number; withinClasses: number; values: Float64Array<ArrayBuffer> }> {
  const form = await quadraticForm(setting, product);
  const wanted = await chooseRows(rows, orderRows);
  let next = 0;
  const all = new Float64Array(wanted.length);
  const whole = new RunningVariance();
  const classes = new Map<number, RunningVariance>();
  for (let start = 0; start < rows.count; start += BLOCK_ROWS) {
    const end = Math.min(start + BLOCK_ROWS, rows.count);
    const block = await rows.read(start, end);
    const picked: number[] = [];
    const first = next;
    for (; next < wanted.length && wanted[next] < end; next++) picked.push(wanted[next] - start);
    const values = await influences(block, picked, { ...setting, ...form }, product);
    all.set(values, first);
    for (const [i, value] of values.entries()) {
      const label = labels?.[start + picked[i]] ?? 0;
      const ofClass = classes.get(label) ?? new RunningVariance();
      classes.set(label, ofClass);
      ofClass.add(value);
      whole.add(value);
    }
  }
  // A class of one row says nothing about its spread.
  const within = [...classes.values()].map((each) => each.count * (each.count > 1 ? each : whole).variance);
  const withinClasses = within.reduce((sum, each) => sum + each, 0) / whole.count;
  return { whole: whole.variance, withinClasses, values: all };
}

/** At most MAX_INFLUENCE_ROWS rows, ascending. */
async function chooseRows(rows: Rows, orderRows: InfluenceSide['orderRows']): Promise<Int32Array> {
  const { count } = rows;
  if (count <= MAX_INFLUENCE_ROWS) return Int32Array.from({ length: count }, (_, row) => row);
  const order = await orderRows?.(rows);
  const spread = Int32Array.from({ length: MAX_INFLUENCE_ROWS }, (_, i) =>
    Math.floor((i * count) / MAX_INFLUENCE_ROWS),
  );
  return order ? spread.map((place) => order[place]).sort() : spread;
}

/** Variance of values that come one by one (Welford 1962), ddof 1. */
class RunningVariance {
  count = 0;
  #mean = 0;
  #squares = 0;

  add(value: number): void {
    this.count++;
    const difference = value - this.#mean;
    this.#mean += difference / this.count;
    this.#squares += difference * (value - this.#mean);
  }

  get variance(): number {
    return this.#squares / (this.count - 1);
  }
}

/** What is taken from the squared length of a row: xᵀWQWᵀx. */
interface QuadraticForm {
  /** W, [D, rank] with a basis; [rank, rank], for the elements at the pivots alone, without. */
  readonly whitening: Float64Array;
  /** Q, [rank, rank] */
  readonly inner: Float64Array;
}

async function quadraticForm(
  { basis, side, root, outside }: InfluenceSetting,
  product: Product,
): Promise<QuadraticForm> {
  const { mu, size, cholesky } = side;
  const { factor, rank: k } = cholesky;
  const whitening = await invertLargePivotBlock(cholesky, size, product);
  if (!basis || k === 0) return { whitening, inner: root };
  const chosen = pickColumns(basis.values, size, cholesky.pivots);
  // Inside the basis a row is Fᵀ times its whitened form, so that what transport leaves of it there is a form of that, too.
  const inner = await product(factor, factor, { m: k, k: size, n: k, transposeB: true });
  for (let i = 0; i < inner.length; i++) inner[i] = root[i] - outside * inner[i];
  return { whitening: await product(chosen, whitening, { m: mu.length, k, n: k }), inner };
}

/** Influences of the picked rows of a block, less a constant. */
async function influences(
  block: Float32Array,
  picked: readonly number[],
  { basis, side, other, outside, whitening, inner }: InfluenceSetting & QuadraticForm,
  product: Product,
): Promise<Float64Array> {
  const { mu, cholesky } = side;
  const width = mu.length;
  const m = picked.length;
  const result = new Float64Array(m);
  const centered = new Float64Array(m * width);
  const scale = basis ? 1 - outside : 1;
  for (let i = 0; i < m; i++) {
    const from = picked[i] * width;
    const to = i * width;
    let sum = 0;
    for (let j = 0; j < width; j++) {
      const value = block[from + j] - mu[j];
      centered[to + j] = value;
      sum += (2 * (mu[j] - other[j]) + scale * value) * value;
    }
    result[i] = sum;
  }
  const k = cholesky.rank;
  if (m === 0 || k === 0) return result;
  const rows = basis ? centered : pickColumns(centered, width, cholesky.pivots);
  const white = await product(rows, whitening, { m, k: basis ? width : k, n: k });
  const moved = await product(white, inner, { m, k, n: k });
  for (let i = 0; i < m; i++) {
    let sum = 0;
    for (let j = i * k; j < (i + 1) * k; j++) sum += white[j] * moved[j];
    result[i] -= sum;
  }
  return result;
}
