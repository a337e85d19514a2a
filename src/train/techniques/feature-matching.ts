import { abs, mean, type Scalar, square, sub, type Tensor2D } from '@tensorflow/tfjs-core';

/**
 * Feature matching (Salimans et al. 2016, section 3.1): how far the mean features of generated pictures are from those of real
 * ones, which the generator minimizes instead of what the discriminator maximizes. The paper's squared distance, or the absolute
 * one that its released code has for CIFAR-10; divided by the number of features, as released.
 *
 * @param real features f(x), [N, D]
 * @param fake features f(G(z)), [M, D]
 */
export function featureMatchingLoss(
  real: Tensor2D,
  fake: Tensor2D,
  distance: 'squared' | 'absolute',
): Scalar {
  const difference = sub(mean(real, 0), mean(fake, 0));
  return mean(distance === 'squared' ? square(difference) : abs(difference));
}
