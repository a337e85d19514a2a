import { fill, type Tensor, tensor, tidy, type Variable, variable } from '@tensorflow/tfjs-core';
import { NetworkError } from '../../core/errors.js';

import { Xoshiro } from '../../tfjs-backend/xoshiro.js';

/** First values of a variable: what a paper says of them. */
export type Initial =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'normal'; readonly deviation: number }
  | { readonly kind: 'uniform'; readonly bound: number };

/** Twice the widest layer of the papers; a checkpoint of a few bytes must not fill the memory. */
const MAX_NUMBERS = 2 ** 27;

export const zeros: Initial = { kind: 'constant', value: 0 };
export const ones: Initial = { kind: 'constant', value: 1 };
/** Normal with mean 0. */
export const normal = (deviation: number): Initial => ({ kind: 'normal', deviation });
/** Even over [−bound, bound). */
export const uniform = (bound: number): Initial => ({ kind: 'uniform', bound });

/**
 * The variables of one network by name. A layer asks for those it needs; the first time they are made, from the stream, and
 * afterwards they are the same ones. So a network is one function from top to bottom, which is called once to make its
 * variables. Variables made while a gradient is taken would be missed by it.
 */
export class Parameters {
  readonly #stream: Xoshiro;
  readonly #learnt = new Map<string, Variable>();
  readonly #followed = new Map<string, Variable>();

  constructor(stream: Xoshiro) {
    this.#stream = stream;
  }

  /** Variables that exist already, such as averages of another network's, under the names that its layers ask for. */
  static over(learnt: ReadonlyMap<string, Variable>, followed: ReadonlyMap<string, Variable>): Parameters {
    const parameters = new Parameters(new Xoshiro(0));
    for (const [name, each] of learnt) parameters.#learnt.set(name, each);
    for (const [name, each] of followed) parameters.#followed.set(name, each);
    return parameters;
  }

  /** What gradients move. */
  get learnt(): ReadonlyMap<string, Variable> {
    return this.#learnt;
  }

  /** What layers keep beside it, such as running statistics. */
  get followed(): ReadonlyMap<string, Variable> {
    return this.#followed;
  }

  /** Throws RangeError if the name stands for a variable of another shape, NetworkError for more numbers than a layer may have. */
  learn<T extends Tensor>(name: string, shape: number[], initial: Initial): T {
    return this.#getOrMake<T>(this.#learnt, name, shape, initial, true);
  }

  /** As `learn`, for a variable that layers assign themselves. Throws RangeError as `learn` does. */
  follow(name: string, shape: number[], initial: Initial): Variable {
    return this.#getOrMake<Variable>(this.#followed, name, shape, initial, false);
  }

  dispose(): void {
    for (const each of [...this.#learnt.values(), ...this.#followed.values()]) each.dispose();
  }

  #getOrMake<T extends Tensor>(
    among: Map<string, Variable>,
    name: string,
    shape: number[],
    initial: Initial,
    trainable: boolean,
  ): T {
    let found = among.get(name);
    if (!found) {
      found = tidy(() => variable(this.#draw(shape, initial), trainable));
      among.set(name, found);
    }
    if (String(found.shape) !== String(shape)) {
      throw new RangeError(`expected ${name} of [${shape}] but it is [${found.shape}]`);
    }
    return found as Tensor as T;
  }

  #draw(shape: number[], initial: Initial): Tensor {
    const length = shape.reduce((product, side) => product * side, 1);
    if (length > MAX_NUMBERS) {
      throw new NetworkError(
        `A layer of [${shape.join(', ')}] weights is more than the ${MAX_NUMBERS} that can be trained: choose fewer units or smaller pictures`,
      );
    }
    switch (initial.kind) {
      case 'constant':
        return fill(shape, initial.value);
      case 'normal':
        return tensor(this.#stream.normal(length, 0, initial.deviation), shape);
      case 'uniform':
        return tensor(this.#stream.uniform(length, -initial.bound, initial.bound), shape);
    }
  }
}
