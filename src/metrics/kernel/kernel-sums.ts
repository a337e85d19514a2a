import type { Product } from '../../math/linear-algebra/product.js';
import type { Rows } from '../rows.js';
import { scaleToUnitRows } from '../unit-rows.js';
import { applyKernel, type Kernel } from './kernel.js';

/** Rows of a tile of kernel values. */
const TILE_ROWS = 512;

/** A table of rows with weights, [count, columns] row-major: 1 where a row belongs to a column's subset, else 0. */
export interface WeightedRows {
  readonly rows: Rows;
  readonly weights: Float64Array;
}

/**
 * Sums of a kernel k(x, y) between two tables X and Y, per row and per column of weights:
 * within[i, s] = Σⱼ k(xᵢ, xⱼ)·weightX[j, s], across[i, s] = Σⱼ k(xᵢ, yⱼ)·weightY[j, s].
 */
export interface KernelSums {
  readonly x: SideSums;
  readonly y: SideSums;
  /** Σ k² over all pairs of a row of X and a row of Y. */
  readonly squaresAcross: number;
}

export interface SideSums {
  /** [count, columns], with the row itself */
  readonly within: Float64Array;
  /** [count, columns] */
  readonly across: Float64Array;
  /** k(xᵢ, xᵢ), [count] */
  readonly self: Float64Array;
  /** Σ k² over ordered pairs of two different rows. */
  readonly squaresWithin: number;
}

/** Which kernel, and what multiplies the tables. */
export interface KernelProduct {
  readonly kernel: Kernel;
  readonly product: Product;
  /** Whether each row is first divided by its length (‖x‖₂). @default false */
  readonly unitRows?: boolean;
}

/** Computes the sums tile by tile, so that no more than a tile of kernel values exists at a time. */
export async function computeKernelSums(
  x: WeightedRows,
  y: WeightedRows,
  columns: number,
  how: KernelProduct,
): Promise<KernelSums> {
  const { product } = how;
  const empty = ({ rows }: WeightedRows) => ({
    within: new Float64Array(rows.count * columns),
    across: new Float64Array(rows.count * columns),
    self: new Float64Array(rows.count),
  });
  const xSums = empty(x);
  const ySums = empty(y);
  const within = async (table: WeightedRows, sums: typeof xSums) => {
    let squares = 0;
    for await (const tile of tiles(table.rows, table.rows, true, how)) {
      const same = tile.left === tile.right;
      if (same) for (let i = 0; i < tile.rows; i++) sums.self[tile.left + i] = tile.values[i * tile.rows + i];
      squares += (same ? 1 : 2) * sumOfSquares(tile.values);
      const side = { weights: table.weights, sums: sums.within };
      await addWeighted(tile, { left: side, right: side, columns }, product);
    }
    return squares - sumOfSquares(sums.self);
  };
  const squaresX = await within(x, xSums);
  const squaresY = await within(y, ySums);
  let squaresAcross = 0;
  for await (const tile of tiles(x.rows, y.rows, false, how)) {
    squaresAcross += sumOfSquares(tile.values);
    const left = { weights: x.weights, sums: xSums.across };
    const right = { weights: y.weights, sums: ySums.across };
    await addWeighted(tile, { left, right, columns }, product);
  }
  return {
    x: { ...xSums, squaresWithin: squaresX },
    y: { ...ySums, squaresWithin: squaresY },
    squaresAcross,
  };
}

/** Kernel values of rows [left, left + rows) of one table with rows [right, right + columns) of another. */
interface Tile {
  readonly left: number;
  readonly right: number;
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
  /** Whether its transpose stands for another tile, which is not computed. */
  readonly mirrored: boolean;
}

/** The tiles of two tables; of a table with itself those on and right of the diagonal. */
async function* tiles(
  leftRows: Rows,
  rightRows: Rows,
  symmetric: boolean,
  { kernel, product, unitRows = false }: KernelProduct,
): AsyncIterable<Tile> {
  const width = leftRows.width;
  const read = async (rows: Rows, start: number, end: number) => {
    const values = new Float64Array(await rows.read(start, end));
    return unitRows ? scaleToUnitRows(values, width) : values;
  };
  for (let left = 0; left < leftRows.count; left += TILE_ROWS) {
    const leftEnd = Math.min(left + TILE_ROWS, leftRows.count);
    const a = await read(leftRows, left, leftEnd);
    for (let right = symmetric ? left : 0; right < rightRows.count; right += TILE_ROWS) {
      const rightEnd = Math.min(right + TILE_ROWS, rightRows.count);
      const same = symmetric && right === left;
      const b = same ? a : await read(rightRows, right, rightEnd);
      const shape = { m: leftEnd - left, k: width, n: rightEnd - right, transposeB: true };
      const values = await product(a, b, shape);
      applyKernel(kernel, values, { left: a, right: b, width });
      yield { left, right, rows: shape.m, columns: shape.n, values, mirrored: !same };
    }
  }
}

/** Weights and sums of the two tables of a tile, [count, columns] each. */
interface WeightedSides {
  readonly left: { readonly weights: Float64Array; readonly sums: Float64Array };
  readonly right: { readonly weights: Float64Array; readonly sums: Float64Array };
  readonly columns: number;
}

/** Adds a tile times the weights of its columns to the sums of its rows, and its transpose times those of its rows to its columns'. */
async function addWeighted(
  tile: Tile,
  { left, right, columns: n }: WeightedSides,
  product: Product,
): Promise<void> {
  const { rows, columns, values } = tile;
  const ofRight = right.weights.subarray(tile.right * n, (tile.right + columns) * n);
  add(left.sums, tile.left * n, await product(values, ofRight, { m: rows, k: columns, n }));
  if (!tile.mirrored) return;
  const ofLeft = left.weights.subarray(tile.left * n, (tile.left + rows) * n);
  const transposed = { m: columns, k: rows, n, transposeA: true };
  add(right.sums, tile.right * n, await product(values, ofLeft, transposed));
}

function add(sums: Float64Array, start: number, terms: Float64Array): void {
  for (let i = 0; i < terms.length; i++) sums[start + i] += terms[i];
}

function sumOfSquares(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return sum;
}
