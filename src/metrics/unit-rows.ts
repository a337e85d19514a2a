/**
 * Divides each row by its length (‖x‖₂), in place. A row of zeros stays as it is.
 *
 * @param values row-major [rows, width]
 * @returns the same array
 */
export function scaleToUnitRows(values: Float64Array, width: number): Float64Array {
  for (let start = 0; start < values.length; start += width) {
    let squares = 0;
    for (let k = start; k < start + width; k++) squares += values[k] * values[k];
    if (squares === 0) continue;
    const length = Math.sqrt(squares);
    for (let k = start; k < start + width; k++) values[k] /= length;
  }
  return values;
}
