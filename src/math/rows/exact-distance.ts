/** Rows of two blocks, row-major, of one width. */
interface TwoBlocks {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly width: number;
}

/**
 * Squared distance of row i of x and row j of y: Σ (x − y)² in float64 in a fixed order, the same whichever row comes first.
 */
export function exactSquaredDistance({ x, y, width }: TwoBlocks, i: number, j: number): number {
  const [a, b] = [i * width, j * width];
  // Four sums, because one addition would wait for the one before.
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let k = 0;
  for (; k + 3 < width; k += 4) {
    const d0 = x[a + k] - y[b + k];
    const d1 = x[a + k + 1] - y[b + k + 1];
    const d2 = x[a + k + 2] - y[b + k + 2];
    const d3 = x[a + k + 3] - y[b + k + 3];
    s0 += d0 * d0;
    s1 += d1 * d1;
    s2 += d2 * d2;
    s3 += d3 * d3;
  }
  for (; k < width; k++) s0 += (x[a + k] - y[b + k]) ** 2;
  return s0 + s1 + (s2 + s3);
}
