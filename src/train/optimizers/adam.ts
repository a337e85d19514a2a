import {
  add,
  div,
  mul,
  type NamedTensorMap,
  type Scalar,
  scalar,
  sqrt,
  square,
  sub,
  tidy,
  type Variable,
  variable,
  zeros,
} from '@tensorflow/tfjs-core';
import type { Optimizer } from './optimizer.js';

/** Settings of Adam. */
export interface AdamOptions {
  /** Share of the first moment that a step keeps, in [0, 1). */
  readonly beta1: number;
  /** Share of the second moment that a step keeps, in [0, 1). */
  readonly beta2: number;
  /** Added to the root of the second moment. @default 1e-8 */
  readonly epsilon?: number;
}

/**
 * Adam (Kingma and Ba 2015, algorithm 1).
 *
 * @example
 * ```ts
 * const adam = new Adam(generator.trainable, { beta1: 0.5, beta2: 0.999 });
 * adam.applyGradients(gradients, scalar(2e-4));
 * ```
 */
export class Adam implements Optimizer {
  /** Both moments of each variable and the powers of the betas, by name; part of a checkpoint. */
  readonly state: ReadonlyMap<string, Variable>;
  readonly #variables: ReadonlyMap<string, Variable>;
  readonly #options: Required<AdamOptions>;

  /**
   * @param variables by name; the names are those of the state
   * @param options both betas and epsilon
   */
  constructor(variables: ReadonlyMap<string, Variable>, { epsilon = 1e-8, ...betas }: AdamOptions) {
    this.#variables = variables;
    this.#options = { ...betas, epsilon };
    const zeroed = (shape: number[]) => tidy(() => variable(zeros(shape), false));
    const one = () => tidy(() => variable(scalar(1), false));
    this.state = new Map([
      ['beta1^t', one()],
      ['beta2^t', one()],
      ...[...variables].flatMap(([name, { shape }]): [string, Variable][] => [
        [`${name}.first`, zeroed(shape)],
        [`${name}.second`, zeroed(shape)],
      ]),
    ]);
  }

  /**
   * Updates every variable once.
   *
   * @param gradients by the variables' own names
   * @param rate learning rate; a tensor, so that a changed rate needs no new graph
   */
  applyGradients(gradients: NamedTensorMap, rate: Scalar): void {
    const { beta1, beta2, epsilon } = this.#options;
    tidy(() => {
      const power1 = mul<Scalar>(this.#stateOf('beta1^t'), beta1);
      const power2 = mul<Scalar>(this.#stateOf('beta2^t'), beta2);
      this.#stateOf('beta1^t').assign(power1);
      this.#stateOf('beta2^t').assign(power2);
      const unbias2 = sqrt(sub(1, power2));
      const size = div(mul(rate, unbias2), sub(1, power1));
      // ε as in algorithm 1, where it is added to the root of the bias-corrected second moment.
      const scaledEpsilon = mul(unbias2, epsilon);
      for (const [name, each] of this.#variables) {
        const gradient = gradients[each.name];
        const first = this.#stateOf(`${name}.first`);
        const second = this.#stateOf(`${name}.second`);
        first.assign(add(mul(first, beta1), mul(gradient, 1 - beta1)));
        second.assign(add(mul(second, beta2), mul(square(gradient), 1 - beta2)));
        each.assign(sub(each, div(mul(size, first), add(sqrt(second), scaledEpsilon))));
      }
    });
  }

  /** Disposes of the moments, and not of the variables. */
  dispose(): void {
    for (const each of this.state.values()) each.dispose();
  }

  #stateOf(name: string): Variable {
    return this.state.get(name) as Variable;
  }
}
