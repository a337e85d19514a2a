import { NumpyRandom } from '../math/random/numpy-random.js';
import type { ClassDraw } from './generator.js';

const LARGEST_SEED = 2 ** 32 - 1;

/**
 * The class of each picture: 0, 1, 2 … in turn, or drawn by a generator of its own, so that the class of picture i does not depend on how
 * many there are, nor on its latent.
 *
 * @returns int32 [count]
 */
export function drawClasses(
  count: number,
  { classes, draw, seed }: { readonly classes: number; readonly draw: ClassDraw; readonly seed: number },
): Int32Array {
  if (draw === 'balanced') return Int32Array.from({ length: count }, (_, i) => i % classes);
  const rng = new NumpyRandom(LARGEST_SEED - seed);
  return Int32Array.from({ length: count }, () => rng.interval(classes - 1));
}
