/** The least length that a row is divided by. */
export const LEAST_LENGTH = 1e-7;

/**
 * Divides each row by its Euclidean length, in place.
 *
 * @param rows float32 [n, width]
 * @returns the same rows
 */
export function normalizeRows(rows: Float32Array, width: number): Float32Array {
  for (let at = 0; at < rows.length; at += width) {
    const row = rows.subarray(at, at + width);
    const length = Math.max(LEAST_LENGTH, lengthOf(row));
    for (let i = 0; i < width; i++) row[i] /= length;
  }
  return rows;
}

/** The Euclidean length of a vector, rounded to float32. */
export function lengthOf(vector: Float32Array): number {
  return Math.fround(Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)));
}
