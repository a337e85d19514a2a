import type { Product } from '../math/linear-algebra/product.js';
import type { Rows } from '../metrics/rows.js';

/** One of the nearest rows. */
export interface NearRow {
  readonly index: number;
  /** Euclidean */
  readonly distance: number;
}

/** How many rows are found, and which are left out. */
export interface NearestOptions {
  readonly k: number;
  /** For each query the index of a row that is not to be found (itself), or −1. */
  readonly skip?: Int32Array;
}

/** Numbers of a block of rows: 32 MB of float64. */
const BLOCK_ELEMENTS = 2 ** 22;

/**
 * For each query the `k` nearest of `rows`, nearest first, by exact search in blocks: memory holds the queries, one
 * block and their products. Equal distances go by the lower index.
 *
 * @param queries float64 [m, rows.width], row-major
 */
export async function findNearestRows(
  queries: Float64Array,
  rows: Rows,
  product: Product,
  { k, skip }: NearestOptions,
): Promise<NearRow[][]> {
  const { width, count } = rows;
  const m = queries.length / width;
  const norms = squaredNorms(queries, width);
  const found: NearRow[][] = Array.from({ length: m }, () => []);
  const perBlock = Math.max(1, Math.floor(BLOCK_ELEMENTS / Math.max(width, m)));
  for (let start = 0; start < count; start += perBlock) {
    const n = Math.min(perBlock, count - start);
    const block = Float64Array.from(await rows.read(start, start + n));
    const blockNorms = squaredNorms(block, width);
    const products = await product(queries, block, { m, k: width, n, transposeB: true });
    for (let query = 0; query < m; query++) {
      for (let i = 0; i < n; i++) {
        if (skip?.[query] === start + i) continue;
        const squared = norms[query] + blockNorms[i] - 2 * products[query * n + i];
        keepNearest(found[query], start + i, Math.sqrt(Math.max(0, squared)), k);
      }
    }
  }
  return found;
}

/** Rows come in ascending order, so that of equal ones the first stays. */
function keepNearest(nearest: NearRow[], index: number, distance: number, k: number): void {
  if (nearest.length === k && distance >= nearest[k - 1].distance) return;
  let place = nearest.length;
  while (place > 0 && nearest[place - 1].distance > distance) place--;
  nearest.splice(place, 0, { index, distance });
  if (nearest.length > k) nearest.pop();
}

function squaredNorms(rows: Float64Array, width: number): Float64Array {
  const norms = new Float64Array(rows.length / width);
  for (let i = 0; i < rows.length; i++) norms[Math.floor(i / width)] += rows[i] * rows[i];
  return norms;
}
