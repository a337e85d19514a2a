import type { Product } from '../../math/linear-algebra/product.js';
import type { Rows } from '../rows.js';
import { Moments } from './covariance.js';
import {
  computeFrechetDistance,
  fitGaussian,
  type Gaussian,
  gaussianOfStatistics,
} from './frechet-distance.js';

/** Sizes of the subsets whose distances are extrapolated, as many as Chong and Forsyth (2020) took. */
const POINTS = 15;
/** The smallest subset is this share of the set. */
const SMALLEST_SHARE = 0.1;
/** Rows read at a time. */
const BLOCK_ROWS = 1024;

/** Sizes evenly spread from a tenth of the set to all of it, rounded down. */
export function chooseSizes(count: number): number[] {
  const smallest = count * SMALLEST_SHARE;
  const step = (count - smallest) / (POINTS - 1);
  return Array.from({ length: POINTS }, (_, i) =>
    i === POINTS - 1 ? count : Math.floor(smallest + i * step),
  );
}

/**
 * The Fréchet distances of growing subsets of a table to a reference. The subsets are the first rows of `order`, each of
 * them holding those before: so each row is added to the covariance once.
 *
 * @param order the rows of the table in the order in which the subsets take them
 * @param sizes ascending, each at least 2
 */
export async function computeDistancesBySize(
  rows: Rows,
  order: Int32Array,
  sizes: readonly number[],
  reference: Gaussian,
  product: Product,
  onProgress?: (fraction: number) => void,
): Promise<number[]> {
  const moments = new Moments(rows.width);
  const distances: number[] = [];
  let added = 0;
  for (const size of sizes) {
    let gaussian: Gaussian;
    if (size > rows.width) {
      await moments.add(pickRows(rows, order.subarray(added, size)), product);
      added = size;
      gaussian = await gaussianOfStatistics(moments.statistics(), product);
    } else {
      gaussian = await fitGaussian(pickRows(rows, order.subarray(0, size)), product);
    }
    distances.push(await computeFrechetDistance(gaussian, reference, product));
    onProgress?.(distances.length / sizes.length);
  }
  return distances;
}

/** Some rows of a table as a table, in the table's own order, so that no block of it is read twice. */
export function pickRows(rows: Rows, wanted: Int32Array): Rows {
  const indices = wanted.toSorted();
  const { width } = rows;
  const read = async (start: number, end: number) => {
    const picked = new Float32Array((end - start) * width);
    let next = start;
    while (next < end) {
      const from = indices[next];
      const block = await rows.read(from, Math.min(from + BLOCK_ROWS, rows.count));
      for (; next < end && indices[next] < from + BLOCK_ROWS; next++) {
        const at = (indices[next] - from) * width;
        picked.set(block.subarray(at, at + width), (next - start) * width);
      }
    }
    return picked;
  };
  return { count: indices.length, width, read };
}

/** A straight line through (1/size, distance) by least squares, read at 1/size = 0. */
export interface Extrapolation {
  readonly intercept: number;
  readonly slope: number;
  /** What each distance adds to the intercept: intercept = Σ weight · distance, and the weights add up to 1. */
  readonly weights: readonly number[];
  /** Variance of the intercept from the scatter of the points about the line. */
  readonly scatter: number;
}

export function extrapolate(sizes: readonly number[], distances: readonly number[]): Extrapolation {
  const count = sizes.length;
  const x = sizes.map((size) => 1 / size);
  const mean = x.reduce((sum, each) => sum + each, 0) / count;
  const spread = x.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  const weights = x.map((each) => 1 / count - (mean * (each - mean)) / spread);
  const intercept = weights.reduce((sum, weight, i) => sum + weight * distances[i], 0);
  const slope = x.reduce((sum, each, i) => sum + ((each - mean) / spread) * distances[i], 0);
  const squares = x.reduce((sum, each, i) => sum + (distances[i] - intercept - slope * each) ** 2, 0);
  const ofPoint = squares / (count - 2);
  return { intercept, slope, weights, scatter: ofPoint * weights.reduce((sum, each) => sum + each ** 2, 0) };
}

/**
 * How much more the intercept varies with the rows than the distance of all rows does, to first order: the distance
 * of a subset is off by the mean influence of its rows, so that a row counts Σ weight/size over the subsets that hold it.
 * A variance ratio; 1 if all rows counted alike.
 */
export function computeInflation(sizes: readonly number[], weights: readonly number[]): number {
  const count = sizes[sizes.length - 1];
  let squares = 0;
  let share = 0;
  // From the largest subset down: a row of a smaller one is in all that are larger.
  for (let i = sizes.length - 1; i >= 0; i--) {
    share += weights[i] / sizes[i];
    squares += (sizes[i] - (sizes[i - 1] ?? 0)) * share ** 2;
  }
  return count * squares;
}
