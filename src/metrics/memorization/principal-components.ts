import { computeLeadingSubspace, drawSketch } from '../../math/linear-algebra/leading-subspace.js';
import type { Product } from '../../math/linear-algebra/product.js';
import { computeSymmetricEigen } from '../../math/linear-algebra/symmetric-eigen.js';
import { NumpyRandom } from '../../math/random/numpy-random.js';
import { computeMoments } from '../frechet/covariance.js';
import type { Rows } from '../rows.js';
import type { Table } from './table.js';

/** Directions beyond those wanted, so that the last ones wanted are found well. */
const SPARE = 32;
const BLOCK_ROWS = 1024;

/** Maps rows to fewer numbers each. */
export type Reduction = (rows: Rows) => Promise<Table>;

/**
 * The map to the principal components of a table; the rows as they are where they have no more numbers than that.
 *
 * @param rows at least two
 */
export async function findComponents(rows: Rows, size: number, product: Product): Promise<Reduction> {
  const { width } = rows;
  if (width <= size) return readTable;
  const { mu, sigma } = await computeMoments(rows, product);
  const apply = (x: Float64Array, columns: number) => product(sigma, x, { m: width, k: width, n: columns });
  const wide = Math.min(width, size + SPARE);
  const rng = new NumpyRandom(0);
  const sketch = await drawSketch(apply, { dimensions: width, size: wide }, rng);
  let basis = await computeLeadingSubspace(apply, sketch, product);
  // A second round from where the first one ended.
  const { size: found } = basis;
  const again = await apply(basis.values, found);
  const inside = await product(basis.values, again, { m: found, k: width, n: found, transposeA: true });
  const { vectors } = computeSymmetricEigen(inside, found);
  const kept = Math.min(size, found);
  // Rows of `vectors` are the directions within the basis.
  const turned = vectors.subarray(0, kept * found);
  basis = {
    values: await product(basis.values, turned, { m: width, k: found, n: kept, transposeB: true }),
    size: kept,
  };
  return (table) => project(table, mu, basis, product);
}

async function readTable(rows: Rows): Promise<Table> {
  return { values: new Float64Array(await rows.read(0, rows.count)), count: rows.count, width: rows.width };
}

async function project(
  rows: Rows,
  mu: Float64Array,
  basis: { readonly values: Float64Array; readonly size: number },
  product: Product,
): Promise<Table> {
  const { count, width } = rows;
  const values = new Float64Array(count * basis.size);
  for (let start = 0; start < count; start += BLOCK_ROWS) {
    const end = Math.min(start + BLOCK_ROWS, count);
    const block = new Float64Array(await rows.read(start, end));
    for (let i = 0; i < block.length; i++) block[i] -= mu[i % width];
    const shape = { m: end - start, k: width, n: basis.size };
    values.set(await product(block, basis.values, shape), start * basis.size);
  }
  return { values, count, width: basis.size };
}
