import type { NamedTensorMap, Scalar, Variable } from '@tensorflow/tfjs-core';

/**
 * How gradients move variables. tfjs's own optimizers can't be resumed to the bit (Adam's sums are taken up again by a power)
 * and have their learning rate in the graph.
 */
export interface Optimizer {
  /** What it remembers from step to step, by name; part of a checkpoint. */
  readonly state: ReadonlyMap<string, Variable>;
  /**
   * Moves every variable.
   *
   * @param gradients by the variables' own names, as `variableGrads` gives them
   * @param rate learning rate; a tensor, so that a changed rate needs no new graph
   */
  apply(gradients: NamedTensorMap, rate: Scalar): void;
  dispose(): void;
}
