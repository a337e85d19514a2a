/**
 * Squared Euclidean distances between all rows.
 *
 * @param rows row-major [count, width]
 * @returns row-major [count, count], symmetric, 0 on the diagonal
 */
export function squaredDistances(rows: ArrayLike<number>, count: number): Float64Array {
  const width = rows.length / count;
  const distances = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += (rows[i * width + k] - rows[j * width + k]) ** 2;
      distances[i * count + j] = sum;
      distances[j * count + i] = sum;
    }
  }
  return distances;
}
