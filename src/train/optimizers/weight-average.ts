import { add, mul, scalar, sub, tidy, type Variable, variable } from '@tensorflow/tfjs-core';

/**
 * A running mean of weights, which does better than the last weights (Polyak and Juditsky 1992). It follows fast at first, so
 * that the beginning is soon forgotten.
 */
export class WeightAverage {
  readonly averages: ReadonlyMap<string, Variable>;
  readonly #variables: ReadonlyMap<string, Variable>;
  readonly #decay: number;

  /** @param decay what is kept of the mean at a step once there were many steps */
  constructor(variables: ReadonlyMap<string, Variable>, decay: number) {
    this.#variables = variables;
    this.#decay = decay;
    this.averages = new Map(
      [...variables].map(([name, each]) => [name, tidy(() => variable(each.clone(), false))]),
    );
  }

  /** @param step number of steps done before this one */
  follow(step: number): void {
    tidy(() => {
      const share = scalar(1 - Math.min(this.#decay, (1 + step) / (10 + step)));
      for (const [name, average] of this.averages) {
        const current = this.#variables.get(name) as Variable;
        average.assign(add(average, mul(sub(current, average), share)));
      }
    });
  }

  dispose(): void {
    for (const average of this.averages.values()) average.dispose();
  }
}
