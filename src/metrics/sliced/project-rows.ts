import type { Product } from '../../math/linear-algebra/product.js';
import type { Rows } from '../rows.js';

/** Rows that are multiplied at a time. The grid is fixed, so the same rows give the same bits however they were stored. */
const BLOCK_ROWS = 1024;

/**
 * Products of all rows of a table with some directions, in one pass over the table.
 *
 * @param directions row-major [count, D]
 * @returns for each direction, its product with every row, [N]
 */
export async function projectRows(
  rows: Rows,
  directions: Float64Array,
  product: Product,
): Promise<Float64Array[]> {
  const { width } = rows;
  const count = directions.length / width;
  const projections = Array.from({ length: count }, () => new Float64Array(rows.count));
  for (let start = 0; start < rows.count; start += BLOCK_ROWS) {
    const end = Math.min(start + BLOCK_ROWS, rows.count);
    const block = new Float64Array(await rows.read(start, end));
    const size = end - start;
    const values = await product(directions, block, { m: count, k: width, n: size, transposeB: true });
    for (const [i, projection] of projections.entries()) {
      projection.set(values.subarray(i * size, (i + 1) * size), start);
    }
  }
  return projections;
}
