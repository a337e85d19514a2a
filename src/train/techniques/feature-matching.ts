import { abs, mean, type Scalar, square, sub, type Tensor2D } from '@tensorflow/tfjs-core';

/**
 * Feature matching (Salimans et al. 2016, section 3.1): the distance of the mean features of generated pictures from those of real ones,
 * a loss of the generator. It is divided by the number of features, as in the released code.
 *
 * @param real features f(x), float32 [N, D]
 * @param fake features f(G(z)), float32 [M, D]
 * @param distance 'squared' as in the paper, or 'absolute' as in the released code for CIFAR-10
 * @returns the loss
 */
export function featureMatchingLoss(
  real: Tensor2D,
  fake: Tensor2D,
  distance: 'squared' | 'absolute',
): Scalar {
  const difference = sub(mean(real, 0), mean(fake, 0));
  return mean(distance === 'squared' ? square(difference) : abs(difference));
}
