import { fill, type Tensor, tensor, tidy, type Variable, variable } from '@tensorflow/tfjs-core';
import { NetworkError } from '../../core/errors.js';
import { Xoshiro } from '../../tfjs-backend/xoshiro.js';

/** How a variable gets its first values. */
export type Initializer =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'normal'; readonly deviation: number }
  | { readonly kind: 'uniform'; readonly bound: number };

/** Twice the widest layer of the papers: a checkpoint of a few bytes must not fill the memory. */
const MAX_NUMBERS = 2 ** 27;

/** Every value starts at 0. */
export const zeros: Initializer = { kind: 'constant', value: 0 };

/** Every value starts at 1. */
export const ones: Initializer = { kind: 'constant', value: 1 };

/**
 * Starts values from the normal distribution with mean 0.
 *
 * @param deviation standard deviation, 0 or more
 * @returns an initializer for `dense`, `convolution` and `Parameters.getVariable`
 */
export const normal = (deviation: number): Initializer => ({ kind: 'normal', deviation });

/**
 * Starts values spread evenly over [−bound, bound).
 *
 * @param bound above 0
 * @returns an initializer for `dense`, `convolution` and `Parameters.getVariable`
 */
export const uniform = (bound: number): Initializer => ({ kind: 'uniform', bound });

/**
 * The variables of one network, by name.
 *
 * @remarks
 * A layer asks for its variables by name. The first call makes them, with values from the random generator; later calls give the
 * same ones. So a network is a plain function of its parameters and its input. Call it once before training, to make its
 * variables: variables made inside a gradient function get no gradient.
 *
 * @example
 * ```ts
 * const parameters = new Parameters(new Xoshiro(1));
 * const network = (x: Tensor2D) => relu(dense(parameters, 'hidden', x, { units: 64, weight: normal(0.02) }));
 * tidy(() => void network(tensor2d([[0, 0]])));
 * parameters.trainable.size; // 2: hidden.weight and hidden.bias
 * ```
 */
export class Parameters {
  readonly #rng: Xoshiro;
  readonly #trainable = new Map<string, Variable>();
  readonly #buffers = new Map<string, Variable>();

  /** @param rng draws the first values, in the order in which layers ask for their variables */
  constructor(rng: Xoshiro) {
    this.#rng = rng;
  }

  /**
   * Parameters over variables that exist already, such as averages of another network's.
   *
   * @param trainable by the names that the layers ask for
   * @param buffers by the names that the layers ask for
   * @returns parameters that share these variables; disposing of them disposes of the variables
   */
  static over(trainable: ReadonlyMap<string, Variable>, buffers: ReadonlyMap<string, Variable>): Parameters {
    const parameters = new Parameters(new Xoshiro(0));
    for (const [name, each] of trainable) parameters.#trainable.set(name, each);
    for (const [name, each] of buffers) parameters.#buffers.set(name, each);
    return parameters;
  }

  /** Variables that the optimizer updates, by name: weights, biases, scales. */
  get trainable(): ReadonlyMap<string, Variable> {
    return this.#trainable;
  }

  /** Variables that layers update themselves, by name, such as the running statistics of batch normalization. */
  get buffers(): ReadonlyMap<string, Variable> {
    return this.#buffers;
  }

  /**
   * The trainable variable of a name, made on the first call.
   *
   * @param name unique in the network, such as `hidden1.weight`
   * @param shape of the variable
   * @param initializer of its first values
   * @returns the variable, with the rank that the layer computes with
   * @throws {RangeError} if the variable exists with another shape
   * @throws {NetworkError} if it would have more than 2^27 numbers
   */
  getVariable<T extends Tensor>(name: string, shape: number[], initializer: Initializer): T & Variable {
    return this.#getOrMake(this.#trainable, name, { shape, initializer, trainable: true }) as T & Variable;
  }

  /**
   * The buffer of a name, made on the first call. The optimizer leaves it alone; layers assign it.
   *
   * @param name unique in the network, such as `norm1.mean`
   * @param shape of the variable
   * @param initializer of its first values
   * @returns the variable
   * @throws {RangeError} if the buffer exists with another shape
   * @throws {NetworkError} if it would have more than 2^27 numbers
   */
  getBuffer(name: string, shape: number[], initializer: Initializer): Variable {
    return this.#getOrMake(this.#buffers, name, { shape, initializer, trainable: false });
  }

  /** Disposes of all variables. */
  dispose(): void {
    for (const each of [...this.#trainable.values(), ...this.#buffers.values()]) each.dispose();
  }

  #getOrMake(
    variables: Map<string, Variable>,
    name: string,
    { shape, initializer, trainable }: NewVariable,
  ): Variable {
    let found = variables.get(name);
    if (!found) {
      found = tidy(() => variable(this.#draw(shape, initializer), trainable));
      variables.set(name, found);
    }
    if (String(found.shape) !== String(shape)) {
      throw new RangeError(`expected ${name} of [${shape}] but it is [${found.shape}]`);
    }
    return found;
  }

  #draw(shape: number[], initializer: Initializer): Tensor {
    const length = shape.reduce((product, side) => product * side, 1);
    if (length > MAX_NUMBERS) {
      throw new NetworkError(
        `A layer of [${shape.join(', ')}] weights is more than the ${MAX_NUMBERS} that can be trained: choose fewer units, less width or smaller pictures.`,
      );
    }
    switch (initializer.kind) {
      case 'constant':
        return fill(shape, initializer.value);
      case 'normal':
        return tensor(this.#rng.normal(length, 0, initializer.deviation), shape);
      case 'uniform':
        return tensor(this.#rng.uniform(length, -initializer.bound, initializer.bound), shape);
    }
  }
}

interface NewVariable {
  readonly shape: number[];
  readonly initializer: Initializer;
  readonly trainable: boolean;
}
