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

/** Stochastic gradient descent with momentum, as in the released code of the 2014 paper: v ← μ·v − η·g; w ← w + v. */
export class Momentum {
  /** The velocities by name; part of a checkpoint. */
  readonly state: ReadonlyMap<string, Variable>;
  readonly #variables: ReadonlyMap<string, Variable>;

  /** @param variables by name; the names are those of the state */
  constructor(variables: ReadonlyMap<string, Variable>) {
    this.#variables = variables;
    this.state = new Map(
      [...variables].map(([name, { shape }]) => [
        `${name}.velocity`,
        tidy(() => variable(zeros(shape), false)),
      ]),
    );
  }

  /**
   * Updates every variable once.
   *
   * @param gradients by the variables' own names
   * @param rate learning rate; a tensor, so that a changed rate needs no new graph
   * @param momentum μ; a tensor, so that a changed one needs no new graph
   */
  applyGradients(gradients: NamedTensorMap, rate: Scalar, momentum: Scalar): void {
    tidy(() => {
      for (const [name, each] of this.#variables) {
        const velocity = this.state.get(`${name}.velocity`) as Variable;
        const updated = sub(mul(velocity, momentum), mul(gradients[each.name], rate));
        velocity.assign(updated);
        each.assign(add(each, updated));
      }
    });
  }

  /** Disposes of the velocities, and not of the variables. */
  dispose(): void {
    for (const each of this.state.values()) each.dispose();
  }
}
