/** A row of numbers divided by its length: float32; undefined for one that has no direction, since it is not finite, or all 0. */
export function unitOf(row: Float32Array | Float64Array): Float32Array | undefined {
  let squares = 0;
  for (const each of row) squares += each * each;
  const length = Math.sqrt(squares);
  return length > 0 && Number.isFinite(length) ? Float32Array.from(row, (each) => each / length) : undefined;
}
