import {
  logSumExp,
  mean,
  mul,
  type Scalar,
  sub,
  sum,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';

/**
 * The logit of "this picture is real" in a discriminator of K + 1 classes, the last of which is "generated" (Salimans et al. 2016,
 * section 5). The logit of that class is fixed at 0, which loses nothing: D(x) = Z/(Z + 1) with Z = Σ exp l_k, so D is the sigmoid of log Z.
 * With K = 1 it is the logit itself, the usual discriminator.
 *
 * @param logits of the K classes of real pictures, float32 [N, K]
 * @returns log Z, float32 [N]
 */
export function sourceLogits(logits: Tensor2D): Tensor1D {
  return logSumExp(logits, 1) as Tensor1D;
}

/**
 * The supervised loss of Salimans et al. 2016, section 5: −log p(y | x, y ≤ K), the cross-entropy over the K classes of real pictures.
 *
 * @param logits float32 [N, K]
 * @param oneHot the classes, float32 [N, K]
 * @returns the mean over the pictures
 */
export function labeledLoss(logits: Tensor2D, oneHot: Tensor2D): Scalar {
  return mean(sub(sourceLogits(logits), sum(mul(logits, oneHot), 1)));
}
