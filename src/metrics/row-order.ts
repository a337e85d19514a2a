import { NumpyRandom } from '../math/random/numpy-random.js';
import { visitRows } from './row-blocks.js';
import type { Rows } from './rows.js';

/**
 * The rows of a table in an order that follows from their values alone: by a sum of each row with fixed random weights, and of equal ones by class. What is
 * drawn among rows in this order is the same whatever the pictures are called, in which files they are, and in which order. Rows that are
 * equal in both stand for one another.
 *
 * @param labels class index per row
 * @returns int32 [N], a permutation of the rows
 */
export async function orderByValues(rows: Rows, labels?: Int32Array): Promise<Int32Array> {
  const rng = new NumpyRandom(0);
  const weights = Float64Array.from({ length: rows.width }, () => rng.randomSample() - 0.5);
  const sums = new Float64Array(rows.count);
  await visitRows(rows, (row, index) => {
    let sum = 0;
    for (let j = 0; j < row.length; j++) sum += weights[j] * row[j];
    sums[index] = sum;
  });
  return Int32Array.from(sums.keys()).sort(
    (a, b) => sums[a] - sums[b] || (labels ? labels[a] - labels[b] : 0),
  );
}
