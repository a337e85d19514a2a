import {
  add,
  div,
  mul,
  type NamedTensorMap,
  scalar,
  sub,
  tidy,
  type Variable,
  variable,
  zeros,
} from '@tensorflow/tfjs-core';

/**
 * Historical averaging (Salimans et al. 2016, section 3.3): the loss of each network gets the term λ·‖θ − (1/t)·Σ θ[i]‖², where θ[i]
 * are its parameters at the steps so far. These are constant to the gradient, so the term adds 2λ·(θ − average) to it.
 */
export class HistoricalAverage {
  /** The averages by name, and `steps`, their t. */
  readonly state: ReadonlyMap<string, Variable>;
  readonly #variables: ReadonlyMap<string, Variable>;
  readonly #steps: Variable;

  /** @param variables the network's, by name */
  constructor(variables: ReadonlyMap<string, Variable>) {
    this.#variables = variables;
    this.#steps = tidy(() => variable(scalar(0), false));
    this.state = new Map([
      ...[...variables].map(([name, { shape }]): [string, Variable] => [
        `${name}.average`,
        tidy(() => variable(zeros(shape), false)),
      ]),
      ['steps', this.#steps],
    ]);
  }

  /** Adds the parameters as they are now to the average. Call it once a step, before `penalize`. */
  update(): void {
    tidy(() => {
      this.#steps.assign(add(this.#steps, 1));
      for (const [name, each] of this.#variables) {
        const average = this.#averageOf(name);
        average.assign(add(average, div(sub(each, average), this.#steps)));
      }
    });
  }

  /**
   * Adds the gradient of the term, 2λ·(θ − average).
   *
   * @param gradients by the variables' own names, as `computeGradients` gives them
   * @param lambda λ
   * @returns the sums, by the same names
   */
  penalize(gradients: NamedTensorMap, lambda: number): NamedTensorMap {
    const penalized = { ...gradients };
    for (const [name, each] of this.#variables) {
      const pull = mul(sub(each, this.#averageOf(name)), 2 * lambda);
      penalized[each.name] = add(gradients[each.name], pull);
    }
    return penalized;
  }

  /** Disposes of the averages, and not of the variables. */
  dispose(): void {
    for (const each of this.state.values()) each.dispose();
  }

  #averageOf(name: string): Variable {
    return this.state.get(`${name}.average`) as Variable;
  }
}
