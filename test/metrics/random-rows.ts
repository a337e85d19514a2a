import type { NumpyRandom } from '../../src/math/random/numpy-random.js';
import type { Rows } from '../../src/metrics/rows.js';
import { rowsOf } from './golden-arrays.js';

/** A standard normal number, by Box and Muller. */
export function normal(rng: NumpyRandom): number {
  const radius = Math.sqrt(-2 * Math.log(1 - rng.randomSample()));
  return radius * Math.cos(2 * Math.PI * rng.randomSample());
}

/** Rows of independent normal features: feature j has the mean `shift` and the standard deviation scale / (1 + j). */
export function normalRows(
  count: number,
  width: number,
  shift: number,
  scale: number,
  rng: NumpyRandom,
): Rows {
  const values = new Float32Array(count * width);
  for (let i = 0; i < values.length; i++) values[i] = shift + (scale * normal(rng)) / (1 + (i % width));
  return rowsOf(values, width);
}

/** Root mean square of the standard errors over the standard deviation of the values; 1 if they are right. */
export function calibration(runs: readonly { value: number; se?: number }[]): number {
  const center = runs.reduce((sum, { value }) => sum + value, 0) / runs.length;
  const spread = runs.reduce((sum, { value }) => sum + (value - center) ** 2, 0) / (runs.length - 1);
  const claimed = runs.reduce((sum, { se }) => sum + se! ** 2, 0) / runs.length;
  return Math.sqrt(claimed / spread);
}

/** Rows of two classes in turns, of which the second's features are shifted: what differs between classes is large. */
export function twoClassRows(count: number, width: number, shift: number, rng: NumpyRandom) {
  const values = new Float32Array(count * width);
  for (let i = 0; i < values.length; i++) {
    values[i] = shift + normal(rng) / (1 + (i % width)) + (Math.floor(i / width) % 2) * 2;
  }
  return { features: rowsOf(values, width), labels: Int32Array.from({ length: count }, (_, i) => i % 2) };
}
