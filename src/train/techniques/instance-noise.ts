import { add, type Tensor } from '@tensorflow/tfjs-core';
import { randomNormal } from '../../tfjs-backend/random-tensors.js';
import type { Xoshiro } from '../../tfjs-backend/xoshiro.js';

/**
 * Draws instance noise: Gaussian noise on the pictures that a discriminator sees, real and generated ones (Sønderby et al. 2017, section 3.1;
 * Arjovsky and Bottou 2017, section 3). Their distributions overlap more, so that the generator has gradients where D would be sure.
 *
 * @param shape of the pictures
 * @param deviation its standard deviation on the scale of the pictures; with 0 nothing is drawn
 * @param rng draws it
 * @returns adds the same noise whenever it is called, so that one pass over the same pictures serves several gradients
 */
export function instanceNoise(
  shape: number[],
  deviation: number,
  rng: Xoshiro,
): <X extends Tensor>(x: X) => X {
  if (deviation === 0) return (x) => x;
  const noise = randomNormal(shape, rng, 0, deviation);
  return (x) => add(x, noise);
}
