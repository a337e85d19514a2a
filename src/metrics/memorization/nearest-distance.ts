import type { Product } from '../../math/linear-algebra/product.js';
import { pickRows, squaredDistance, type Table } from './table.js';

/** Rows of a tile of products. */
const TILE_ROWS = 1024;

/**
 * Squared distance of each row to the nearest row of another table, in float64: products of rows find which, and the difference of
 * both gives how far.
 *
 * @returns infinite where the other table has no rows
 */
export async function findNearestSquared(
  table: Table,
  other: Table,
  product: Product,
): Promise<Float64Array> {
  const nearest = new Int32Array(table.count).fill(-1);
  const least = new Float64Array(table.count).fill(Number.POSITIVE_INFINITY);
  const squares = Float64Array.from({ length: other.count }, (_, row) => {
    let sum = 0;
    for (let k = row * other.width; k < (row + 1) * other.width; k++) sum += other.values[k] ** 2;
    return sum;
  });
  for (let left = 0; left < table.count; left += TILE_ROWS) {
    const a = tileOf(table, left);
    for (let right = 0; right < other.count; right += TILE_ROWS) {
      const b = tileOf(other, right);
      const shape = { m: a.count, k: a.width, n: b.count, transposeB: true };
      const products = await product(a.values, b.values, shape);
      for (let i = 0; i < a.count; i++) {
        for (let j = 0; j < b.count; j++) {
          // Less the square of the row itself, which is the same for all.
          const distance = squares[right + j] - 2 * products[i * b.count + j];
          if (distance >= least[left + i]) continue;
          least[left + i] = distance;
          nearest[left + i] = right + j;
        }
      }
    }
  }
  return least.map((none, row) =>
    nearest[row] < 0 ? none : squaredDistance(table, row, other, nearest[row]),
  );
}

function tileOf(table: Table, start: number): Table {
  const end = Math.min(start + TILE_ROWS, table.count);
  return pickRows(
    table,
    Array.from({ length: end - start }, (_, i) => start + i),
  );
}
