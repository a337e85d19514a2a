import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { concat, customGrad, equal, maximum, mul, split, type Tensor } from '@tensorflow/tfjs-core';
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
 * The greatest of the pieces along the last axis. [..., pieces·units] → [..., units]. The gradient goes to every piece that is as
 * great as the greatest, as in the code of 2014.
 */
export function greatestPiece<T extends Tensor>(linear: T, pieces: number): T {
  const axis = linear.rank - 1;
  const choose = customGrad((x, save) => {
    const parts = split(x as Tensor, pieces, axis);
    const greatest = parts.reduce((best, part) => maximum(best, part));
    (save as (tensors: Tensor[]) => void)([x as Tensor, greatest]);
    return {
      value: greatest,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const chosen = split(saved[0], pieces, axis).map((part) => mul(dy, equal(part, saved[1])));
        return concat(chosen, axis);
      },
    };
  });
  return choose(linear) as T;
}
