/**
 * Resizing along one axis as a matrix, float32 row-major [to, from], as PyTorch's `interpolate` computes it.
 *
 * - `area`: pixel i is the mean of the pixels ⌊i·from/to⌋ to ⌈(i + 1)·from/to⌉ − 1
 * - `bilinear`: half-pixel centers without antialiasing; the source is never left of the first pixel's center
 */
export function resizeMatrix(from: number, to: number, method: 'area' | 'bilinear'): Float32Array {
  const matrix = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const row = matrix.subarray(i * from, (i + 1) * from);
    if (method === 'area') fillArea(row, (i * from) / to, ((i + 1) * from) / to);
    else fillBilinear(row, Math.max(0, (i + 0.5) * (from / to) - 0.5));
  }
  return matrix;
}

function fillArea(row: Float32Array, start: number, end: number): void {
  const [first, last] = [Math.floor(start), Math.ceil(end)];
  row.fill(1 / (last - first), first, last);
}

function fillBilinear(row: Float32Array, at: number): void {
  const left = Math.min(Math.floor(at), row.length - 1);
  const right = Math.min(left + 1, row.length - 1);
  const share = at - left;
  row[left] += 1 - share;
  row[right] += share;
}
