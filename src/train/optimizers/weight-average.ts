import { add, mul, scalar, sub, tidy, type Variable, variable } from '@tensorflow/tfjs-core';

/**
 * A running mean of weights, which is often better than the last weights (Polyak and Juditsky 1992). Its decay is smaller at
 * first, so that the first weights are soon forgotten.
 */
export class WeightAverage {
  /** The means, by the names of the variables. */
  readonly averages: ReadonlyMap<string, Variable>;
  readonly #variables: ReadonlyMap<string, Variable>;
  readonly #decay: number;

  /**
   * @param variables whose mean is kept, by name
   * @param decay share of the mean that a step keeps, in [0, 1), once there were many steps
   */
  constructor(variables: ReadonlyMap<string, Variable>, decay: number) {
    this.#variables = variables;
    this.#decay = decay;
    this.averages = new Map(
      [...variables].map(([name, each]) => [name, tidy(() => variable(each.clone(), false))]),
    );
  }

  /**
   * Adds the variables as they are now to the mean. Call it once a step.
   *
   * @param step number of steps done before this one
   */
  update(step: number): void {
    tidy(() => {
      const share = scalar(1 - Math.min(this.#decay, (1 + step) / (10 + step)));
      for (const [name, average] of this.averages) {
        const current = this.#variables.get(name) as Variable;
        average.assign(add(average, mul(sub(current, average), share)));
      }
    });
  }

  /** Disposes of the means, and not of the variables. */
  dispose(): void {
    for (const average of this.averages.values()) average.dispose();
  }
}
