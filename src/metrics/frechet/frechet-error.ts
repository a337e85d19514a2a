import {
  type Basis,
  computeLeadingSubspace,
  pickColumns,
} from '../../math/linear-algebra/leading-subspace.js';
import { type CholeskyFactor, factorCholesky } from '../../math/linear-algebra/pivoted-cholesky.js';
import { computePolarFactor } from '../../math/linear-algebra/polar.js';
import type { Product } from '../../math/linear-algebra/product.js';
import { computeSingularValues } from '../../math/linear-algebra/singular-values.js';
import { invertPivotBlock } from '../../math/linear-algebra/triangular.js';
import type { NumpyRandom } from '../../math/random/numpy-random.js';
import type { Rows } from '../rows.js';
import type { Gaussian } from './frechet-distance.js';

/** With more features than this, transport is followed in the leading directions only, and scaled in the others. */
const MAX_DIRECTIONS = 384;
/** Rows from which the variance of the influence is estimated; more rows would change it little. */
const MAX_ROWS = 8192;
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
}

/** A variance by the infinitesimal jackknife, and what it counts twice. */
export interface JackknifeVariance {
  readonly variance: number;
  /** Variance of what pairs of rows contribute together, were the features normal; in the leading directions, so rather too little. */
  readonly pairs: number;
}

export interface FrechetVariances {
  /** For other pictures on both sides. */
  readonly whole: JackknifeVariance;
  /** For other samples against the same reference; with labels, with as many of each class. */
  readonly ofSamples: JackknifeVariance;
  /** For another reference against the same samples; 0 where only its statistics are known. */
  readonly ofReference: JackknifeVariance;
  /** Influence of each of the rows of the reference that are looked at, less a constant; empty where only its statistics are known. */
  readonly influencesOfReference: Float64Array;
}

/**
 * Variances of the Fréchet distance by the infinitesimal jackknife: the distance is differentiable in the weights of
 * the rows, and the influence of a row x of one side is
 * 2·(μ₁ − μ₂)·(x − μ₁) + (x − μ₁)ᵀ(I − T)(x − μ₁) less its mean, with T the optimal transport map from that side's normal
 * distribution to the other's. Where the two sides are nearly alike the influence is mostly that of the other rows of the
 * sets themselves, and the variance is too large, at most twice: `pairs` is by how much.
 */
export async function computeFrechetVariances(
  samples: InfluenceSide,
  reference: InfluenceSide,
  rng: NumpyRandom,
  product: Product,
): Promise<FrechetVariances> {
  const basis = await commonBasis(samples.gaussian, reference.gaussian, rng, product);
  const first = await project(samples.gaussian, basis, product);
  const second = await project(reference.gaussian, basis, product);
  const size = first.size;
  const k1 = first.cholesky.rank;
  const k2 = second.cholesky.rank;
  const cross = await product(first.cholesky.factor, second.cholesky.factor, {
    m: k1,
    k: size,
    n: k2,
    transposeB: true,
  });
  const polar = cross.some((value) => value !== 0) ? await computePolarFactor(cross, k1, k2, product) : cross;
  const pairs = pairVariance(await computeSingularValues(cross, k1, k2, product));
  let [ofSamples, ofReference, ofAllSamples] = [NO_VARIANCE, NO_VARIANCE, 0];
  let influencesOfReference = new Float64Array();
  let share = 0;
  if (samples.rows) {
    const root = await product(cross, polar, { m: k1, k: k2, n: k1, transposeB: true });
    const outside = outsideScale(first, second);
    const setting = { basis, side: first, other: reference.gaussian.mu, root, outside };
    const { whole, withinClasses } = await influenceSpread(
      { ...samples, rows: samples.rows },
      setting,
      product,
    );
    const { count } = samples.rows;
    ofAllSamples = whole / count;
    share += 1 / count;
    // Pairs of rows go with the square of the variance that is left within classes.
    const kept = whole > 0 ? Math.min(1, withinClasses / whole) : 1;
    ofSamples = { variance: withinClasses / count, pairs: (pairs * kept ** 2) / count ** 2 };
  }
  if (reference.rows) {
    const root = await product(polar, cross, { m: k2, k: k1, n: k2, transposeA: true });
    const outside = outsideScale(second, first);
    const setting = { basis, side: second, other: samples.gaussian.mu, root, outside };
    const { whole, values } = await influenceSpread(
      { rows: reference.rows, orderRows: reference.orderRows },
      setting,
      product,
    );
    influencesOfReference = values;
    const { count } = reference.rows;
    share += 1 / count;
    ofReference = { variance: whole / count, pairs: pairs / count ** 2 };
  }
  const whole = { variance: ofAllSamples + ofReference.variance, pairs: pairs * share ** 2 };
  return { whole, ofSamples, ofReference, influencesOfReference };
}

const NO_VARIANCE: JackknifeVariance = { variance: 0, pairs: 0 };

/**
 * Variance of the distance, but for (1/n + 1/m)², between two sets of rows from one normal distribution: that of the quadratic
 * forms ‖δμ‖² and ½·Σᵢⱼ δΣᵢⱼ²/(λᵢ + λⱼ), to which it comes down there. Features with heavier tails have more.
 *
 * @param lambda eigenvalues of √(Σ₁Σ₂)
 */
function pairVariance(lambda: Float64Array): number {
  let sum = 0;
  for (const a of lambda) {
    sum += 2.25 * a * a;
    for (const b of lambda) if (a + b > 0) sum += ((a * b) / (a + b)) ** 2;
  }
  return sum;
}

/** The standard error without what the jackknife counts twice, which is half of the variance at most. */
export function correctedError({ variance, pairs }: JackknifeVariance): number {
  return Math.sqrt(Math.max(variance / 2, variance - pairs));
}

/** The leading directions of both covariances together; undefined where all directions are taken. */
async function commonBasis(
  first: Gaussian,
  second: Gaussian,
  rng: NumpyRandom,
  product: Product,
): Promise<Basis | undefined> {
  const width = first.mu.length;
  if (width <= MAX_DIRECTIONS) return undefined;
  const apply = async (x: Float64Array, columns: number) => {
    const sum = new Float64Array(width * columns);
    for (const { factor, rank } of [first, second]) {
      const inner = await product(factor, x, { m: rank, k: width, n: columns });
      const outer = await product(factor, inner, { m: width, k: rank, n: columns, transposeA: true });
      for (let i = 0; i < sum.length; i++) sum[i] += outer[i];
    }
    return sum;
  };
  return computeLeadingSubspace(apply, { dimensions: width, size: MAX_DIRECTIONS }, rng, product);
}

/** A normal distribution in the coordinates of the basis. */
interface Projected {
  readonly mu: Float64Array;
  readonly size: number;
  readonly cholesky: CholeskyFactor;
  /** Variance in all the directions outside the basis together. */
  readonly outside: number;
}

async function project(gaussian: Gaussian, basis: Basis | undefined, product: Product): Promise<Projected> {
  const { mu, trace, factor, rank, pivots } = gaussian;
  const width = mu.length;
  const size = basis ? basis.size : width;
  if (!basis && pivots) return { mu, size, cholesky: { factor, rank, pivots }, outside: 0 };
  const inside = basis ? await product(factor, basis.values, { m: rank, k: width, n: size }) : factor;
  const covariance = await product(inside, inside, { m: size, k: rank, n: size, transposeA: true });
  let kept = 0;
  for (let i = 0; i < size; i++) kept += covariance[i * size + i];
  const cholesky = await factorCholesky(covariance, size, product);
  return { mu, size, cholesky, outside: basis ? Math.max(0, trace - kept) : 0 };
}

/** By how much transport stretches the directions outside the basis, taken as one. */
function outsideScale(from: Projected, to: Projected): number {
  return from.outside > 0 ? Math.sqrt(to.outside / from.outside) : 1;
}

interface InfluenceSetting {
  readonly basis: Basis | undefined;
  readonly side: Projected;
  /** Mean of the other side. */
  readonly other: Float64Array;
  /** The transport map in whitened coordinates, [rank, rank]. */
  readonly root: Float64Array;
  readonly outside: number;
}

/** Variances of the influence over (at most MAX_ROWS) rows of one side: of all, and of those of one class. */
async function influenceSpread(
  { rows, labels, orderRows }: Pick<InfluenceSide, 'labels' | 'orderRows'> & { readonly rows: Rows },
  setting: InfluenceSetting,
  product: Product,
): Promise<{ whole: number; withinClasses: number; values: Float64Array<ArrayBuffer> }> {
  const whitening = invertPivotBlock(setting.side.cholesky, setting.side.size);
  const influence = { ...setting, whitening };
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
    const values = await influences(block, picked, influence, product);
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

/** At most MAX_ROWS rows, ascending. */
async function chooseRows(rows: Rows, orderRows: InfluenceSide['orderRows']): Promise<Int32Array> {
  const { count } = rows;
  if (count <= MAX_ROWS) return Int32Array.from({ length: count }, (_, row) => row);
  const order = await orderRows?.(rows);
  const spread = Int32Array.from({ length: MAX_ROWS }, (_, i) => Math.floor((i * count) / MAX_ROWS));
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

/** Influences of the picked rows of a block, less a constant. */
async function influences(
  block: Float32Array,
  picked: readonly number[],
  { basis, side, other, root, outside, whitening }: InfluenceSetting & { readonly whitening: Float64Array },
  product: Product,
): Promise<Float64Array> {
  const { mu, size, cholesky } = side;
  const width = mu.length;
  const m = picked.length;
  const result = new Float64Array(m);
  const centered = new Float64Array(m * width);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < width; j++) {
      const value = block[picked[i] * width + j] - mu[j];
      centered[i * width + j] = value;
      result[i] += 2 * (mu[j] - other[j]) * value + (1 - (basis ? outside : 0)) * value * value;
    }
  }
  const k = cholesky.rank;
  if (m === 0 || k === 0) return result;
  const inside = basis ? await product(centered, basis.values, { m, k: width, n: size }) : centered;
  const atPivots = pickColumns(inside, size, cholesky.pivots);
  const white = await product(atPivots, whitening, { m, k, n: k });
  const moved = await product(white, root, { m, k, n: k });
  for (let i = 0; i < m; i++) {
    if (basis) for (let j = 0; j < size; j++) result[i] += outside * inside[i * size + j] ** 2;
    for (let j = 0; j < k; j++) result[i] -= white[i * k + j] * moved[i * k + j];
  }
  return result;
}
