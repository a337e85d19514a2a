/** Transposes a row-major [rows, columns] matrix into a new one, in tiles that stay in the cache. */
export function transpose(a: Float64Array, rows: number, columns: number): Float64Array {
  const tile = 32;
  const result = new Float64Array(rows * columns);
  for (let i0 = 0; i0 < rows; i0 += tile) {
    const i1 = Math.min(i0 + tile, rows);
    for (let j0 = 0; j0 < columns; j0 += tile) {
      const j1 = Math.min(j0 + tile, columns);
      for (let i = i0; i < i1; i++) {
        for (let j = j0; j < j1; j++) result[j * rows + i] = a[i * columns + j];
      }
    }
  }
  return result;
}
