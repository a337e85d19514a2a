import type { Rows } from '../rows.js';

/** Rows read at a time. */
const SPAN = 1024;

/**
 * Some rows of a table, in the table's order.
 *
 * @param chosen indices of rows, each once, in any order
 */
export function someRows(rows: Rows, chosen: ArrayLike<number>): Rows {
  const { width } = rows;
  const indices = Int32Array.from(chosen).sort();
  return {
    count: indices.length,
    width,
    async read(start, end) {
      const picked = new Float32Array((end - start) * width);
      let at = start;
      while (at < end) {
        const first = indices[at];
        const last = Math.min(first + SPAN, indices[end - 1] + 1);
        const span = await rows.read(first, last);
        for (; at < end && indices[at] < last; at++) {
          const from = (indices[at] - first) * width;
          picked.set(span.subarray(from, from + width), (at - start) * width);
        }
      }
      return picked;
    },
  };
}
