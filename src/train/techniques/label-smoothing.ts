import { mean, mul, type Scalar, softplus, sub, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Cross-entropy of D = sigmoid(logits) with one target for all, −t·log D − (1 − t)·log(1 − D), as softplus(l) − t·l.
 *
 * One-sided label smoothing (Salimans et al. 2016, section 3.4) is a target α below 1 for real pictures, and 0 for generated
 * ones: D* = α·p_data/(p_data + p_g). A target above 0 for generated ones would add to the numerator and make the generator
 * stay where it is.
 *
 * @param logits any shape
 */
export function sourceLoss(logits: Tensor, target: number): Scalar {
  return mean(target === 0 ? softplus(logits) : sub(softplus(logits), mul(logits, target)));
}
