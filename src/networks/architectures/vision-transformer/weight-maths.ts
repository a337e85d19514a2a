// Weights as the graph takes them, made of those of a file. In float64, rounded once.

/** Transposes [rows, columns]. */
export function transpose(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const transposed = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      transposed[column * rows + row] = matrix[row * columns + column];
    }
  }
  return transposed;
}

/** The `part`-th of equal parts of the rows. */
export function partOf(
  rows: Float32Array,
  { part, parts }: { readonly part: number; readonly parts: number },
): Float32Array {
  const length = rows.length / parts;
  return rows.slice(part * length, (part + 1) * length);
}

/** Multiplies each row of a matrix, or each number of a bias, by its scale. */
export function scaleRows(matrix: Float32Array, scales: Float32Array): Float32Array {
  const columns = matrix.length / scales.length;
  return matrix.map((value, i) => value * scales[Math.floor(i / columns)]);
}

/** Adds vectors of one length. */
export function sum(...vectors: readonly Float32Array[]): Float32Array {
  return vectors[0].map((_, i) => vectors.reduce((total, vector) => total + vector[i], 0));
}
