import type { Product } from '../../math/linear-algebra/product.js';
import { gatherSubsets } from '../kernel/kid-subsets.js';
import type { Rows } from '../rows.js';
import { scaleToUnitRows } from '../unit-rows.js';

/** Rows that are multiplied at a time. The grid is fixed, so the same rows give the same bits however they were stored. */
const BLOCK_ROWS = 1024;

/** A matrix whose eigenvalues other than 0 are those of the cosines between some rows. */
export interface CosineMatrix {
  /** Symmetric, row-major [size, size]. */
  readonly values: Float64Array;
  readonly size: number;
  /** Rows behind it. */
  readonly count: number;
}

/** A table of rows divided by their lengths, as one matrix, from which some rows can be left out. */
export interface Cosines {
  readonly whole: CosineMatrix;
  without(rows: readonly Int32Array[]): AsyncIterable<CosineMatrix>;
}

/** Computes the smaller one of X·Xᵀ [N, N] and Xᵀ·X [D, D]. */
export function computeCosines(rows: Rows, product: Product): Promise<Cosines> {
  return rows.count > rows.width ? ofColumns(rows, product) : ofRows(rows, product);
}

async function ofColumns(rows: Rows, product: Product): Promise<Cosines> {
  const { count, width } = rows;
  const whole = await sumOfSquares(rows, product);
  const without = async function* (groups: readonly Int32Array[]): AsyncIterable<CosineMatrix> {
    for (const group of groups) {
      const [gathered] = await gatherSubsets(rows, [group]);
      const values = await sumOfSquares(gathered, product);
      for (let i = 0; i < values.length; i++) values[i] = whole[i] - values[i];
      yield { values, size: width, count: count - group.length };
    }
  };
  return { whole: { values: whole, size: width, count }, without };
}

/** Xᵀ·X of the rows of length 1, [D, D]. */
async function sumOfSquares(rows: Rows, product: Product): Promise<Float64Array> {
  const { count, width } = rows;
  const sums = new Float64Array(width * width);
  for (let start = 0; start < count; start += BLOCK_ROWS) {
    const end = Math.min(start + BLOCK_ROWS, count);
    const block = scaleToUnitRows(new Float64Array(await rows.read(start, end)), width);
    const gram = await product(block, block, { m: width, k: end - start, n: width, transposeA: true });
    for (let i = 0; i < sums.length; i++) sums[i] += gram[i];
  }
  return sums;
}

async function ofRows(rows: Rows, product: Product): Promise<Cosines> {
  const { count, width } = rows;
  const table = scaleToUnitRows(new Float64Array(await rows.read(0, count)), width);
  const whole = await product(table, table, { m: count, k: width, n: count, transposeB: true });
  const without = async function* (groups: readonly Int32Array[]): AsyncIterable<CosineMatrix> {
    for (const group of groups) {
      const left = new Set(group);
      const kept = Array.from({ length: count }, (_, i) => i).filter((row) => !left.has(row));
      const values = new Float64Array(kept.length ** 2);
      for (const [i, row] of kept.entries()) {
        for (const [j, column] of kept.entries()) values[i * kept.length + j] = whole[row * count + column];
      }
      yield { values, size: kept.length, count: kept.length };
    }
  };
  return { whole: { values: whole, size: count, count }, without };
}
