import {
  argMax,
  cast,
  equal,
  logSoftmax,
  mean,
  mul,
  neg,
  type Scalar,
  softplus,
  sum,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';

/**
 * −E log P(real): the discriminator's loss on real pictures, the part of −L_S (Odena et al. 2017, equation 2) for them, and the
 * generator's non-saturating loss on its own.
 *
 * @param source logits of being real, float32 [N]
 * @returns the mean over the pictures
 */
export function realLoss(source: Tensor1D): Scalar {
  return mean(softplus(neg(source)));
}

/**
 * −E log P(fake): the discriminator's loss on generated pictures, the part of −L_S (Odena et al. 2017, equation 2) for them.
 *
 * @param source logits of being real, float32 [N]
 * @returns the mean over the pictures
 */
export function fakeLoss(source: Tensor1D): Scalar {
  return mean(softplus(source));
}

/**
 * −E log P(c): the cross-entropy of the classes, the part of −L_C (Odena et al. 2017, equation 3) for real or for generated pictures.
 *
 * @param logits float32 [N, classes]
 * @param targets one-hot, float32 [N, classes]
 * @returns the mean over the pictures
 */
export function classLoss(logits: Tensor2D, targets: Tensor2D): Scalar {
  return neg(mean<Scalar>(sum(mul(targets, logSoftmax(logits)), 1)));
}

/**
 * Class accuracy.
 *
 * @param logits float32 [N, classes]
 * @param targets one-hot, float32 [N, classes]
 * @returns the share, in [0, 1], of pictures whose largest logit is that of their class
 */
export function classAccuracy(logits: Tensor2D, targets: Tensor2D): Scalar {
  return mean(cast(equal(argMax(logits, 1), argMax(targets, 1)), 'float32'));
}
