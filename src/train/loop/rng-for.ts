import { NumpyRandom } from '../../math/random/numpy-random.js';

/**
 * The random generator of one place in a training run. What it draws follows from the seed and the place alone; so a resumed run draws the
 * same, and a checkpoint needs no state of it.
 *
 * @param seed integer in [0, 2^32)
 * @param place a number for what is drawn, and then an epoch, a step, or the like
 * @returns a generator at its start
 */
export function rngFor(seed: number, ...place: readonly number[]): NumpyRandom {
  return new NumpyRandom([...place, place.length].reduce(mix, seed >>> 0));
}

/** Adds one word to a hash, and finishes it, as MurmurHash3 does. */
function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  let h = hash ^ k;
  h = Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A number from the standard normal distribution (Box and Muller 1958). */
export function drawNormal(rng: NumpyRandom): number {
  // 1 − u is never 0.
  const radius = Math.sqrt(-2 * Math.log(1 - rng.randomSample()));
  return radius * Math.cos(2 * Math.PI * rng.randomSample());
}
