import { mul, type Tensor } from '@tensorflow/tfjs-core';
import { adoptTensor } from './adopt-tensor.js';
import type { Xoshiro } from './xoshiro.js';

/**
 * Draws numbers from a normal distribution, such as latents, noise or first weights.
 *
 * @param shape of the tensor
 * @param rng draws the numbers
 * @param mean of the distribution
 * @param deviation its standard deviation
 * @returns a float32 tensor
 */
export function randomNormal(shape: number[], rng: Xoshiro, mean = 0, deviation = 1): Tensor {
  return adoptTensor(rng.normal(sizeOf(shape), mean, deviation), shape);
}

/**
 * Draws numbers spread evenly over [low, high), with 24 random bits each.
 *
 * @param shape of the tensor
 * @param rng draws the numbers
 * @param low smallest number
 * @param high above all numbers
 * @returns a float32 tensor
 */
export function randomUniform(shape: number[], rng: Xoshiro, low = 0, high = 1): Tensor {
  return adoptTensor(rng.uniform(sizeOf(shape), low, high), shape);
}

/**
 * Inverted dropout (Srivastava et al. 2014): sets each element to 0 with the probability `rate`, and divides the others by 1 − `rate`.
 *
 * @param x any shape
 * @param rate in [0, 1)
 * @param rng draws which elements are kept
 * @returns a tensor of the shape of x
 * @throws {RangeError} for a rate outside [0, 1)
 */
export function dropout<T extends Tensor>(x: T, rate: number, rng: Xoshiro): T {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`expected a rate from 0 up to 1 but received ${rate}`);
  return rate === 0 ? x.clone() : mul<T>(x, dropoutMask(x.shape, 1 - rate, rng));
}

/**
 * Draws what inverted dropout multiplies with. It is one factor, so that a pass and its gradient are one product each.
 *
 * @param shape of the tensor
 * @param share of the elements that is kept, in (0, 1]
 * @param rng draws which elements are kept
 * @returns a float32 tensor: 1 / `share` with the probability `share`, else 0
 * @throws {RangeError} for a share above 1 or below 0
 */
export function dropoutMask(shape: number[], share: number, rng: Xoshiro): Tensor {
  const kept = adoptTensor(rng.bernoulli(sizeOf(shape), share), shape);
  return mul(kept, 1 / share);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
