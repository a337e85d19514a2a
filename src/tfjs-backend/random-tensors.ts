import { mul, type Tensor, tensor } from '@tensorflow/tfjs-core';
import type { Xoshiro } from './xoshiro.js';

/** A float32 tensor of normal numbers from a stream: latents, noise, first weights. */
export function randomNormal(shape: number[], stream: Xoshiro, mean = 0, deviation = 1): Tensor {
  return tensor(stream.normal(sizeOf(shape), mean, deviation), shape);
}

/** A float32 tensor of numbers from a stream, spread evenly over [low, high). */
export function randomUniform(shape: number[], stream: Xoshiro, low = 0, high = 1): Tensor {
  return tensor(stream.uniform(sizeOf(shape), low, high), shape);
}

/**
 * Sets each element to 0 with the probability `rate`, by the stream, and scales the others so that the mean stays (Srivastava
 * et al. 2014, inverted). Throws RangeError for a rate outside [0, 1).
 */
export function dropout<T extends Tensor>(x: T, rate: number, stream: Xoshiro): T {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`expected a rate from 0 up to 1 but received ${rate}`);
  if (rate === 0) return x.clone();
  const kept = tensor(stream.bernoulli(x.size, 1 - rate), x.shape, 'bool');
  return mul<T>(mul(x, 1 / (1 - rate)), kept);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
