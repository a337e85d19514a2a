import { maximum, split, type Tensor, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { type ConvolutionForm, convolution, type DenseForm, dense } from './layers.js';
import type { Parameters } from './parameters.js';

/** How many linear functions a maxout unit is the maximum of. */
export interface MaxoutPieces {
  /** Linear pieces of each unit, 1 or more. */
  readonly pieces: number;
}

/**
 * Maxout (Goodfellow et al. 2013, "Maxout Networks"): each unit is the maximum of its linear pieces.
 *
 * @param parameters where its variables `<name>.weight` [D, pieces·units] and `<name>.bias` [pieces·units] are kept: the first
 *   pieces of all units, then the second ones, and so on
 * @param name unique in the network
 * @param x float32 [N, D]
 * @param form units, pieces and first values
 * @returns float32 [N, units]
 */
export function maxout(
  parameters: Parameters,
  name: string,
  x: Tensor2D,
  { units, pieces, ...init }: DenseForm & MaxoutPieces,
): Tensor2D {
  return maximumOfPieces(dense(parameters, name, x, { ...init, units: pieces * units }), pieces);
}

/**
 * Maxout over the channels of a convolution (Goodfellow et al. 2013, "Maxout Networks").
 *
 * @param parameters where its variables `<name>.weight` and `<name>.bias` are kept, in the order of `maxout`
 * @param name unique in the network
 * @param x float32 [N, H, W, C]
 * @param form size, pieces and first values
 * @returns float32 [N, H', W', filters]
 */
export function maxoutConvolution(
  parameters: Parameters,
  name: string,
  x: Tensor4D,
  { pieces, ...form }: ConvolutionForm & MaxoutPieces,
): Tensor4D {
  const all = { ...form, filters: pieces * form.filters };
  return maximumOfPieces(convolution(parameters, name, x, all), pieces);
}

/**
 * The maximum of the pieces along the last axis. Among equal pieces the first one has the gradient (in the code of 2014 each of
 * them has it). Slices take two thirds of the time of a maximum over an axis of pieces.
 *
 * @param linear [..., pieces·units]
 * @param pieces how many
 * @returns [..., units]
 */
export function maximumOfPieces<T extends Tensor>(linear: T, pieces: number): T {
  return split(linear, pieces, linear.rank - 1).reduce((best, piece) => maximum(best, piece)) as T;
}
