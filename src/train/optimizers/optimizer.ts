import type { NamedTensorMap, Scalar, Variable } from '@tensorflow/tfjs-core';

/**
 * Updates variables from gradients.
 *
 * @remarks
 * The optimizers of tfjs cannot be resumed to the bit (Adam's powers are recomputed by `pow`), and they have their learning rate
 * in the graph. So the trainers use their own.
 */
export interface Optimizer {
  /** What it keeps from step to step, by name; part of a checkpoint. */
  readonly state: ReadonlyMap<string, Variable>;
  /**
   * Updates every variable once.
   *
   * @param gradients by the variables' own names, as `computeGradients` and tfjs's `variableGrads` give them
   * @param rate learning rate; a tensor, so that a changed rate needs no new graph
   */
  applyGradients(gradients: NamedTensorMap, rate: Scalar): void;
  /** Disposes of the state, and not of the variables that it updates. */
  dispose(): void;
}
