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

export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  /** @default 1e-8 */
  readonly epsilon?: number;
}

/** Adam (Kingma and Ba 2015, algorithm 1). */
export class Adam implements Optimizer {
  readonly state: ReadonlyMap<string, Variable>;
  readonly #variables: ReadonlyMap<string, Variable>;
  readonly #options: Required<AdamOptions>;

  constructor(variables: ReadonlyMap<string, Variable>, { epsilon = 1e-8, ...betas }: AdamOptions) {
    this.#variables = variables;
    this.#options = { ...betas, epsilon };
    const nothing = (shape: number[]) => tidy(() => variable(zeros(shape), false));
    const one = () => tidy(() => variable(scalar(1), false));
    this.state = new Map([
      ['beta1^t', one()],
      ['beta2^t', one()],
      ...[...variables].flatMap(([name, { shape }]): [string, Variable][] => [
        [`${name}.first`, nothing(shape)],
        [`${name}.second`, nothing(shape)],
      ]),
    ]);
  }

  apply(gradients: NamedTensorMap, rate: Scalar): void {
    const { beta1, beta2, epsilon } = this.#options;
    tidy(() => {
      const power1 = mul<Scalar>(this.#remembered('beta1^t'), beta1);
      const power2 = mul<Scalar>(this.#remembered('beta2^t'), beta2);
      this.#remembered('beta1^t').assign(power1);
      this.#remembered('beta2^t').assign(power2);
      const unbias2 = sqrt(sub(1, power2));
      const size = div(mul(rate, unbias2), sub(1, power1));
      // ε is that of the algorithm's own form, before the bias is taken out of the second moment.
      const least = mul(unbias2, epsilon);
      for (const [name, each] of this.#variables) {
        const gradient = gradients[each.name];
        const first = this.#remembered(`${name}.first`);
        const second = this.#remembered(`${name}.second`);
        first.assign(add(mul(first, beta1), mul(gradient, 1 - beta1)));
        second.assign(add(mul(second, beta2), mul(square(gradient), 1 - beta2)));
        each.assign(sub(each, div(mul(size, first), add(sqrt(second), least))));
      }
    });
  }

  dispose(): void {
    for (const each of this.state.values()) each.dispose();
  }

  #remembered(name: string): Variable {
    return this.state.get(name) as Variable;
  }
}
