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
 * section 5). With that class's logit fixed at 0, which takes nothing away, D(x) = Z/(Z + 1) with Z = Σ exp l_k; so D is the
 * sigmoid of log Z. Of one logit it is that logit: the usual discriminator.
 *
 * @param logits [N, K]
 * @returns log Z, [N]
 */
export function sourceLogits(logits: Tensor2D): Tensor1D {
  return logSumExp(logits, 1) as Tensor1D;
}

/**
 * The supervised part: −log p(y | x, y ≤ K), cross-entropy over the K classes of real pictures.
 *
 * @param logits [N, K]
 * @param oneHot the classes, [N, K]
 */
export function labeledLoss(logits: Tensor2D, oneHot: Tensor2D): Scalar {
  return mean(sub(sourceLogits(logits), sum(mul(logits, oneHot), 1)));
}
