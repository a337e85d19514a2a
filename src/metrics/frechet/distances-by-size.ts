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

/** Subsets of a table: the first rows of an order, each subset holding those before it. */
export interface GrowingSubsets {
  readonly rows: Rows;
  /** The rows of the table in the order in which the subsets take them. */
  readonly order: Int32Array;
  /** Ascending, each at least 2. */
  readonly sizes: readonly number[];
}

/** The Fréchet distances of growing subsets to a reference. Each row is added to the covariance once. */
export async function computeDistancesBySize(
  { rows, order, sizes }: GrowingSubsets,
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
