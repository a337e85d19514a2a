/** A row among others, and where its numbers less those of the center go. */
export interface CenteredRow {
  readonly rows: Float32Array;
  readonly center: Float32Array;
  readonly centered: Float32Array;
  /** Where the row begins, in both. */
  readonly first: number;
}

/**
 * Subtracts a center from a row in float32.
 *
 * @returns the squared length of what is left, summed in float64
 */
export function subtractCenter({ rows, center, centered, first }: CenteredRow): number {
  // Four sums, because one addition would wait for the one before.
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let k = 0;
  for (let at = first; k + 3 < center.length; k += 4, at += 4) {
    const d0 = Math.fround(rows[at] - center[k]);
    const d1 = Math.fround(rows[at + 1] - center[k + 1]);
    const d2 = Math.fround(rows[at + 2] - center[k + 2]);
    const d3 = Math.fround(rows[at + 3] - center[k + 3]);
    centered[at] = d0;
    centered[at + 1] = d1;
    centered[at + 2] = d2;
    centered[at + 3] = d3;
    s0 += d0 * d0;
    s1 += d1 * d1;
    s2 += d2 * d2;
    s3 += d3 * d3;
  }
  for (; k < center.length; k++) {
    const difference = Math.fround(rows[first + k] - center[k]);
    centered[first + k] = difference;
    s0 += difference * difference;
  }
  return s0 + s1 + (s2 + s3);
}
