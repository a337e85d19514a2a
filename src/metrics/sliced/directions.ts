import type { NumpyRandom } from '../../math/random/numpy-random.js';
import { scaleToUnitRows } from '../unit-rows.js';

/**
 * Random vectors of length 1, evenly distributed over all directions: the next rows of `randn(directions, width)`, each divided by
 * its length.
 *
 * @returns row-major [count, width]
 */
export function drawDirections(count: number, width: number, rng: NumpyRandom): Float64Array {
  const values = Float64Array.from({ length: count * width }, () => rng.standardNormal());
  return scaleToUnitRows(values, width);
}
