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

/** Settings of `Nesterov`. */
export interface NesterovOptions {
  /** μ, in [0, 1). */
  readonly momentum: number;
  /**
   * Gives λ of a variable: λ·w is added to its gradient.
   *
   * @param name of the variable
   * @returns λ, 0 or more; 0 for no weight decay
   */
  weightDecay(name: string): number;
  /**
   * Gives the factor on the learning rate of a variable.
   *
   * @param name of the variable
   * @returns the factor; 1 for the rate as it is
   */
  rate(name: string): number;
}

/**
 * Stochastic gradient descent with Nesterov momentum as in PyTorch: v ← μ·v + g + λ·w; w ← w − η·(g + λ·w + μ·v).
 * The one of tfjs has no weight decay, and one rate for all variables.
 */
export class Nesterov {
  /** Velocity of each variable, by the name that the constructor was given. */
  readonly velocities: ReadonlyMap<string, Variable>;
  readonly #variables: ReadonlyMap<string, Variable>;
  readonly #options: NesterovOptions;

  /**
   * @param variables by name; the names are those of the velocities and of the options' functions
   * @param options momentum, and weight decay and rate of each variable
   */
  constructor(variables: ReadonlyMap<string, Variable>, options: NesterovOptions) {
    this.#variables = variables;
    this.#options = options;
    this.velocities = new Map(
      [...variables].map(([name, { shape }]) => [name, tidy(() => variable(zeros(shape), false))]),
    );
  }

  /**
   * Updates every variable once.
   *
   * @param gradients by the variables' own names, as `computeGradients` gives them
   * @param learningRate a tensor, so that a changed rate needs no new graph
   */
  applyGradients(gradients: NamedTensorMap, learningRate: Scalar): void {
    const { momentum, weightDecay, rate } = this.#options;
    for (const [name, each] of this.#variables) {
      tidy(() => {
        const velocity = this.velocities.get(name) as Variable;
        const decay = weightDecay(name);
        const gradient = gradients[each.name];
        const decayed = decay === 0 ? gradient : add(gradient, mul(each, decay));
        const updated = add(mul(velocity, momentum), decayed);
        const factor = rate(name) === 1 ? learningRate : mul(learningRate, rate(name));
        each.assign(sub(each, mul(factor, add(decayed, mul(updated, momentum)))));
        velocity.assign(updated);
      });
    }
  }

  /** Disposes of the velocities, and not of the variables. */
  dispose(): void {
    for (const velocity of this.velocities.values()) velocity.dispose();
  }
}
