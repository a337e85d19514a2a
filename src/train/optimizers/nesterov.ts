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

export interface NesterovOptions {
  readonly momentum: number;
  /** How fast a variable's own weight decays: added to its gradient, times the weight. 0 for those that don't decay. */
  weightDecay(name: string): number;
  /** What the learning rate is multiplied by for a variable. */
  rate(name: string): number;
}

/**
 * Stochastic gradient descent with Nesterov momentum as PyTorch writes it: v ← μ·v + g + λ·w; w ← w − η·(g + λ·w + μ·v). tfjs's
 * own has no weight decay and one rate for all.
 */
export class Nesterov {
  /** Velocity of each variable, by the variable's name here. */
  readonly velocities: ReadonlyMap<string, Variable>;
  readonly #variables: ReadonlyMap<string, Variable>;
  readonly #options: NesterovOptions;

  constructor(variables: ReadonlyMap<string, Variable>, options: NesterovOptions) {
    this.#variables = variables;
    this.#options = options;
    this.velocities = new Map(
      [...variables].map(([name, { shape }]) => [name, tidy(() => variable(zeros(shape), false))]),
    );
  }

  /**
   * Moves every variable.
   *
   * @param gradients by the variables' own names, as `variableGrads` gives them
   * @param learningRate a tensor, so that a changed rate needs no new graph
   */
  apply(gradients: NamedTensorMap, learningRate: Scalar): void {
    const { momentum, weightDecay, rate } = this.#options;
    for (const [name, each] of this.#variables) {
      tidy(() => {
        const velocity = this.velocities.get(name) as Variable;
        const decay = weightDecay(name);
        const gradient = gradients[each.name];
        const slope = decay === 0 ? gradient : add(gradient, mul(each, decay));
        const moved = add(mul(velocity, momentum), slope);
        const factor = rate(name) === 1 ? learningRate : mul(learningRate, rate(name));
        each.assign(sub(each, mul(factor, add(slope, mul(moved, momentum)))));
        velocity.assign(moved);
      });
    }
  }

  dispose(): void {
    for (const velocity of this.velocities.values()) velocity.dispose();
  }
}
