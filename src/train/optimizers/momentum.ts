import {
  add,
  mul,
  type NamedTensorMap,
  type Scalar,
  sub,
  tidy,
  type Variable,
  variable,
  zeros,
} from '@tensorflow/tfjs-core';

/** Stochastic gradient descent with momentum as the 2014 code writes it: v ← μ·v − η·g; w ← w + v. */
export class Momentum {
  readonly state: ReadonlyMap<string, Variable>;
  readonly #variables: ReadonlyMap<string, Variable>;

  constructor(variables: ReadonlyMap<string, Variable>) {
    this.#variables = variables;
    this.state = new Map(
      [...variables].map(([name, { shape }]) => [
        `${name}.velocity`,
        tidy(() => variable(zeros(shape), false)),
      ]),
    );
  }

  /** @param momentum a tensor, so that a changed one needs no new graph */
  apply(gradients: NamedTensorMap, rate: Scalar, momentum: Scalar): void {
    tidy(() => {
      for (const [name, each] of this.#variables) {
        const velocity = this.state.get(`${name}.velocity`) as Variable;
        const moved = sub(mul(velocity, momentum), mul(gradients[each.name], rate));
        velocity.assign(moved);
        each.assign(add(each, moved));
      }
    });
  }

  dispose(): void {
    for (const each of this.state.values()) each.dispose();
  }
}
