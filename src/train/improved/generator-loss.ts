import { neg, type Scalar, type Tensor2D } from '@tensorflow/tfjs-core';
import { featureMatchingLoss } from '../techniques/feature-matching.js';
import { sourceLoss } from '../techniques/label-smoothing.js';
import { sourceLogits } from '../techniques/semi-supervised-loss.js';
import type { DiscriminatorOutput } from './discriminator.js';
import type { ImprovedSettings } from './settings.js';

/**
 * What the generator minimizes.
 *
 * @param made of generated pictures
 * @param target features of real pictures, for feature matching; undefined for a loss of D(G(z))
 */
export function generatorLoss(
  { generatorLoss: kind, generatorTarget }: ImprovedSettings,
  { features, logits }: DiscriminatorOutput,
  target: Tensor2D | undefined,
): Scalar {
  if (target) {
    return featureMatchingLoss(target, features, kind === 'feature-matching' ? 'squared' : 'absolute');
  }
  const source = sourceLogits(logits);
  return kind === 'minimax' ? neg(sourceLoss(source, 0)) : sourceLoss(source, generatorTarget);
}
