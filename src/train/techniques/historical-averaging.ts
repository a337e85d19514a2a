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
 * Historical averaging (Salimans et al. 2016, section 3.3): each player's cost has the term λ·‖θ − (1/t)·Σ θ[i]‖², where θ[i] are
 * its parameters at the steps so far. The past is constant to the gradient, so that the term adds 2λ·(θ − average) to it.
 */
export class HistoricalAverage {
  /** The averages by name, and `steps`, the t of them. */
  readonly state: ReadonlyMap<string, Variable>;
  readonly #variables: ReadonlyMap<string, Variable>;
  readonly #steps: Variable;

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

  /** Takes the parameters as they are now into the average. Once a step, before gradients are penalized. */
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
   * Gradients of the cost with the term: those given plus 2λ·(θ − average).
   *
   * @param gradients by the variables' own names, as `variableGrads` gives them
   */
  penalize(gradients: NamedTensorMap, lambda: number): NamedTensorMap {
    const penalized = { ...gradients };
    for (const [name, each] of this.#variables) {
      const pull = mul(sub(each, this.#averageOf(name)), 2 * lambda);
      penalized[each.name] = add(gradients[each.name], pull);
    }
    return penalized;
  }

  dispose(): void {
    for (const each of this.state.values()) each.dispose();
  }

  #averageOf(name: string): Variable {
    return this.state.get(`${name}.average`) as Variable;
  }
}
