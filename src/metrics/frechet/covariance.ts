import type { Product } from '../../math/linear-algebra/product.js';
import { columnMeans } from '../../math/statistics/column-means.js';
import { type MatrixProductOptions, openMatrixProduct } from '../../onnx/matrix-product.js';
import type { Rows } from '../rows.js';
import type { FeatureStatistics } from '../subject.js';

/** Rows per product. The grid is fixed, so the same rows give the same bits however they were stored. */
const BLOCK_ROWS = 1024;

/**
 * Mean and covariance of a table of features, for `ganeval stats`.
 *
 * @returns mu [D] and sigma [D, D] in float64, ddof 1
 * @throws {RangeError} for fewer than two rows, which have no covariance
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
 * Mean and covariance in one pass over the rows, with memory for one block and three D × D matrices. Rows are centered by
 * the mean of the first block before they are multiplied, so that a large common offset costs no digits.
 *
 * @throws {RangeError} for fewer than two rows
 */
export async function computeMoments(rows: Rows, product: Product): Promise<FeatureStatistics> {
  const moments = new Moments(rows.width);
  await moments.add(rows, product);
  return moments.statistics();
}

/** Sums for a mean and a covariance to which rows can be added: a larger set needs only its further rows. */
export class Moments {
  #count = 0;
  #shift: Float64Array | undefined;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;

  constructor(readonly width: number) {
    this.#sums = new Float64Array(width);
    this.#squares = new Float64Array(width * width);
  }

  async add(rows: Rows, product: Product): Promise<void> {
    const { width } = this;
    const squares = this.#squares;
    for (let start = 0; start < rows.count; start += BLOCK_ROWS) {
      const end = Math.min(start + BLOCK_ROWS, rows.count);
      const block = new Float64Array(await rows.read(start, end));
      this.#shift ??= columnMeans(block, end - start, width);
      center(block, this.#shift, this.#sums);
      const gram = await product(block, block, { m: width, k: end - start, n: width, transposeA: true });
      for (let i = 0; i < squares.length; i++) squares[i] += gram[i];
    }
    this.#count += rows.count;
  }

  /**
   * Of all rows so far.
   *
   * @throws {RangeError} for fewer than two
   */
  statistics(): FeatureStatistics {
    const count = this.#count;
    const shift = this.#shift;
    if (count < 2 || !shift) {
      throw new RangeError(`expected at least 2 rows for a covariance but received ${count}`);
    }
    const { width } = this;
    const sums = this.#sums;
    const sigma = new Float64Array(width * width);
    for (let i = 0; i < width; i++) {
      for (let j = i; j < width; j++) {
        const value = (this.#squares[i * width + j] - (sums[i] * sums[j]) / count) / (count - 1);
        sigma[i * width + j] = value;
        sigma[j * width + i] = value;
      }
    }
    return { mu: sums.map((sum, i) => sum / count + shift[i]), sigma, count };
  }
}

/** Takes `shift` from every row of the block and adds the rows to `sums`. */
function center(block: Float64Array, shift: Float64Array, sums: Float64Array): void {
  const width = shift.length;
  for (let from = 0; from < block.length; from += width) {
    for (let j = 0; j < width; j++) {
      const value = block[from + j] - shift[j];
      block[from + j] = value;
      sums[j] += value;
    }
  }
}
