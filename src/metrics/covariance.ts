import type { Product } from '../maths/product.js';
import { type MatrixProductOptions, openMatrixProduct } from '../onnx/matrix-product.js';
import type { FeatureStatistics, Rows } from './metric.js';

/** Rows per product. The grid is fixed, so the same rows give the same bits however they were stored. */
const BLOCK_ROWS = 1024;

/**
 * Mean and covariance of a table of features, for `ganeval stats`.
 * @returns mu [D] and sigma [D, D] in float64, ddof 1
 * @throws RangeError for fewer than two rows, which have no covariance
 */
export async function computeStatistics(
  rows: Rows,
  options: MatrixProductOptions = {},
): Promise<FeatureStatistics> {
  const matrix = openMatrixProduct(options);
  try {
    return await computeMoments(rows, matrix.multiply);
  } finally {
    await matrix.close();
  }
}

/**
 * Mean and covariance in one pass over the rows, with memory for one block and two D × D matrices. Rows are centred by
 * the mean of the first block before they are multiplied, so that a large common offset costs no digits.
 * @throws RangeError for fewer than two rows
 */
export async function computeMoments(rows: Rows, product: Product): Promise<FeatureStatistics> {
  const { count, width } = rows;
  if (count < 2) throw new RangeError(`expected at least 2 rows for a covariance but received ${count}`);
  const sums = new Float64Array(width);
  const squares = new Float64Array(width * width);
  let shift: Float64Array | undefined;
  for (let start = 0; start < count; start += BLOCK_ROWS) {
    const end = Math.min(start + BLOCK_ROWS, count);
    const block = new Float64Array(await rows.read(start, end));
    shift ??= columnMeans(block, end - start, width);
    centre(block, shift, sums);
    const gram = await product(block, block, { m: width, k: end - start, n: width, transposeA: true });
    for (let i = 0; i < squares.length; i++) squares[i] += gram[i];
  }
  for (let i = 0; i < width; i++) {
    for (let j = i; j < width; j++) {
      const value = (squares[i * width + j] - (sums[i] * sums[j]) / count) / (count - 1);
      squares[i * width + j] = value;
      squares[j * width + i] = value;
    }
  }
  const mu = sums.map((sum, i) => sum / count + shift![i]);
  return { mu, sigma: squares, count };
}

/** Means of the columns of a row-major [rows, width] block. */
export function columnMeans(block: ArrayLike<number>, rows: number, width: number): Float64Array {
  const means = new Float64Array(width);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) means[j] += block[i * width + j];
  }
  for (let j = 0; j < width; j++) means[j] /= rows;
  return means;
}

/** Takes `shift` from every row of the block and adds the rows to `sums`. */
function centre(block: Float64Array, shift: Float64Array, sums: Float64Array): void {
  const width = shift.length;
  for (let from = 0; from < block.length; from += width) {
    for (let j = 0; j < width; j++) {
      const value = block[from + j] - shift[j];
      block[from + j] = value;
      sums[j] += value;
    }
  }
}
