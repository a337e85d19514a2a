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

/** −E log P(real), from the logits [N] of being real. */
export function realLoss(source: Tensor1D): Scalar {
  return mean(softplus(neg(source)));
}

/** −E log P(fake), from the logits [N] of being real. */
export function fakeLoss(source: Tensor1D): Scalar {
  return mean(softplus(source));
}

/**
 * −E log P(c): what L_C has for real or for generated pictures.
 *
 * @param logits [N, classes]
 * @param targets [N, classes], one-hot
 */
export function classLoss(logits: Tensor2D, targets: Tensor2D): Scalar {
  return neg(mean<Scalar>(sum(mul(targets, logSoftmax(logits)), 1)));
}

/** Share of the rows whose largest logit is the target's. */
export function classAccuracy(logits: Tensor2D, targets: Tensor2D): Scalar {
  return mean(cast(equal(argMax(logits, 1), argMax(targets, 1)), 'float32'));
}
