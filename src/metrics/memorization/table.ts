/** Rows in memory, of few numbers each: row-major [count, width]. */
export interface Table {
  readonly values: Float64Array;
  readonly count: number;
  readonly width: number;
}

/** Some rows of a table, in the order given. */
export function pickRows({ values, width }: Table, rows: ArrayLike<number>): Table {
  const picked = new Float64Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    picked.set(values.subarray(rows[i] * width, (rows[i] + 1) * width), i * width);
  }
  return { values: picked, count: rows.length, width };
}

/** Squared distance of a row of one table to a row of another of the same width. */
export function squaredDistance(a: Table, row: number, b: Table, other: number): number {
  const { width } = a;
  let sum = 0;
  for (let k = 0; k < width; k++) {
    const difference = a.values[row * width + k] - b.values[other * width + k];
    sum += difference * difference;
  }
  return sum;
}
