import { maximum, split, type Tensor, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { type ConvolutionForm, convolution, dense, type Starts } from './layers.js';
import type { Parameters } from './parameters.js';

/**
 * Maxout (Goodfellow et al. 2013, "Maxout Networks"): each unit is the greatest of its linear pieces. x [N, D] → [N, units].
 * Parameters `<name>.weight` [D, pieces·units] and `<name>.bias`: the first pieces of all units, then the second ones, and so on.
 */
export function maxout(
  parameters: Parameters,
  name: string,
  x: Tensor2D,
  units: number,
  pieces: number,
  starts: Starts,
): Tensor2D {
  return greatestPiece(dense(parameters, name, x, pieces * units, starts), pieces);
}

/** The same over the channels of a convolution. x [N, H, W, C] → [N, H', W', form.filters]. */
export function maxoutConvolution(
  parameters: Parameters,
  name: string,
  x: Tensor4D,
  form: ConvolutionForm,
  pieces: number,
  starts: Starts,
): Tensor4D {
  const all = { ...form, filters: pieces * form.filters };
  return greatestPiece(convolution(parameters, name, x, all, starts), pieces);
}

/**
 * The greatest of the pieces along the last axis. [..., pieces·units] → [..., units]. Among equal pieces the first one has the
 * gradient (in the code of 2014 each of them). Taking slices costs two thirds of a maximum over an axis of pieces.
 */
export function greatestPiece<T extends Tensor>(linear: T, pieces: number): T {
  return split(linear, pieces, linear.rank - 1).reduce((best, piece) => maximum(best, piece)) as T;
}
