import { add, div, mean, sqrt, square, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { TANH_SCALE, toPixelScale } from '../pictures/pixel-scale.js';

/** Features of pictures on 0–255, [N, size, size, channels], by a network that is not trained here: [N, width]. */
export type PretrainedNetwork = (pixels: Tensor4D) => Tensor2D;

/**
 * Features as the discriminator is given them beside its own last ones, which batch norm has brought to about 1: each picture's divided by
 * their root mean square. The picture's gradient goes through the pretrained network, whose weights stay as they are.
 *
 * @param pictures [N, size, size, channels] in [−1, 1], and beyond it where there is noise
 */
export function auxiliaryFeatures(network: PretrainedNetwork, pictures: Tensor4D): Tensor2D {
  return toUnitScale(network(toPixelScale(pictures, TANH_SCALE)));
}

/** Far below what any network gives. */
const EPSILON = 1e-12;

/** Rows divided by their root mean square, so that the mean of their squares is 1. */
export function toUnitScale(features: Tensor2D): Tensor2D {
  return div(features, sqrt(add(mean(square(features), 1, true), EPSILON)));
}
