/** Means of the columns of a row-major [rows, width] block. */
export function columnMeans(block: ArrayLike<number>, rows: number, width: number): Float64Array {
  const means = new Float64Array(width);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) means[j] += block[i * width + j];
  }
  for (let j = 0; j < width; j++) means[j] /= rows;
  return means;
}
