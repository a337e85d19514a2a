import { add, mean, mul, neg, type Scalar, softplus, type Tensor } from '@tensorflow/tfjs-core';
import { sourceLoss } from '../techniques/label-smoothing.js';

/**
 * The loss of D: −½ (E log D(x) + E log(1 − D(G(z)))); ln 2 where D is ½ everywhere. The half is in the released code.
 *
 * @param onData logits of D for pictures
 * @param onSamples logits of D for samples
 * @param target of D for pictures; below 1 is one-sided label smoothing
 */
export function discriminatorLoss(onData: Tensor, onSamples: Tensor, target = 1): Scalar {
  const ofData = target === 1 ? mean(softplus(neg(onData))) : sourceLoss(onData, target);
  return mul(add(ofData, mean(softplus(onSamples))), 0.5);
}

export type GeneratorLoss = 'non-saturating' | 'minimax';

/** The loss of G: −E log D(G(z)), or E log(1 − D(G(z))) of the paper's equation 1, which saturates where D is sure. */
export function generatorLoss(onSamples: Tensor, kind: GeneratorLoss): Scalar {
  return kind === 'minimax' ? neg(mean<Scalar>(softplus(onSamples))) : mean(softplus(neg(onSamples)));
}
