import { mean, mul, type Scalar, softplus, sub, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Cross-entropy of D = sigmoid(logits) with one target for all, −t·log D − (1 − t)·log(1 − D), computed as softplus(l) − t·l.
 *
 * @remarks
 * One-sided label smoothing (Salimans et al. 2016, section 3.4) has a target α below 1 for real pictures and 0 for generated ones. Then the
 * best D is α·p_data/(p_data + p_g). A target above 0 for generated pictures would add p_g to the numerator, and reward the generator for
 * staying as it is.
 *
 * @param logits of being real; any shape
 * @param target t, in [0, 1]
 * @returns the mean over all logits
 */
export function sourceLoss(logits: Tensor, target: number): Scalar {
  return mean(target === 0 ? softplus(logits) : sub(softplus(logits), mul(logits, target)));
}
