import { type RowVisit, visitRows } from '../row-blocks.js';
import type { Rows } from '../rows.js';

/** The column of the largest logit from `first` to `last` of every row, the lowest where several tie. A row of NaN has none: −1. */
export async function predictColumns(
  logits: Rows,
  [first, last]: readonly [first: number, last: number],
  visit: RowVisit = {},
): Promise<Int32Array> {
  const columns = new Int32Array(logits.count).fill(-1);
  const decide = (row: Float32Array, i: number) => {
    let largest = Number.NEGATIVE_INFINITY;
    for (let column = first; column <= last; column++) {
      if (row[column] > largest) {
        largest = row[column];
        columns[i] = column;
      }
    }
  };
  await visitRows(logits, decide, visit);
  return columns;
}
