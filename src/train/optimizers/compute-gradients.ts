import { type NamedTensorMap, type Scalar, type Variable, variableGrads } from '@tensorflow/tfjs-core';

/** A loss and its gradients. */
export interface LossGradients {
  /** The value of the loss. */
  readonly loss: Scalar;
  /** By the variables' own names, as optimizers take them. */
  readonly gradients: NamedTensorMap;
}

/**
 * Differentiates a loss by the trainable variables of a network.
 *
 * @param loss computes the loss; what it makes is disposed of afterwards unless it is kept with tfjs's `keep`
 * @param network has the variables to differentiate by, such as `Parameters`
 * @returns the loss and its gradients, which the caller disposes of (or tfjs's `tidy` around the call)
 *
 * @example
 * ```ts
 * const { loss, gradients } = computeGradients(() => realLoss(discriminate(x)), discriminator);
 * adam.applyGradients(gradients, scalar(2e-4));
 * ```
 */
export function computeGradients(
  loss: () => Scalar,
  { trainable }: { readonly trainable: ReadonlyMap<string, Variable> },
): LossGradients {
  const { value, grads } = variableGrads(loss, [...trainable.values()]);
  return { loss: value, gradients: grads };
}
