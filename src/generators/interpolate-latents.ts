import type { PathStep } from '../images/latent-paths.js';
import { LEAST_LENGTH, lengthOf, normalizeRows } from './normalize-rows.js';

/**
 * Points between latents, as torch-fidelity's functions of these names compute them.
 *
 * @param from float32 [n, width]
 * @param to the same shape
 * @param width numbers of a latent
 * @param step which curve, and how far on it
 * @returns float32 [n, width]
 */
export function interpolateLatents(
  from: Float32Array,
  to: Float32Array,
  width: number,
  { interpolation, epsilon }: PathStep,
): Float32Array {
  const between = new Float32Array(from.length);
  for (let at = 0; at < from.length; at += width) {
    const [a, b] = [from.subarray(at, at + width), to.subarray(at, at + width)];
    between.set(interpolation === 'lerp' ? lerp(a, b, epsilon) : slerp(a, b, epsilon), at);
  }
  return interpolation === 'slerp_unit' ? normalizeRows(between, width) : between;
}

/** In float32, operation by operation: a step of 1e-4 is within four digits of where rounding ends. */
function lerp(a: Float32Array, b: Float32Array, step: number): Float32Array {
  const factor = Math.fround(step);
  return a.map((value, i) => Math.fround(value + Math.fround(Math.fround(b[i] - value) * factor)));
}

/** Vectors that have no direction, or the same, have no arc between them: the line is taken. */
function slerp(a: Float32Array, b: Float32Array, step: number): Float32Array {
  const lengths = [lengthOf(a), lengthOf(b)];
  const [perA, perB] = lengths.map((length) => Math.max(LEAST_LENGTH, length));
  const cosine = a.reduce((sum, value, i) => sum + (value / perA) * (b[i] / perB), 0);
  const isLine = lengths.some((length) => length < LEAST_LENGTH ** 2) || Math.abs(cosine) > 1 - LEAST_LENGTH;
  if (isLine) return lerp(a, b, step);
  const angle = Math.acos(cosine);
  const sine = Math.max(LEAST_LENGTH, Math.sin(angle));
  const [ofA, ofB] = [Math.sin((1 - step) * angle) / sine, Math.sin(step * angle) / sine];
  return a.map((value, i) => ofA * value + ofB * b[i]);
}
