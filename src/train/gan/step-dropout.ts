import { dispose, keep, mul, type Tensor, tensor } from '@tensorflow/tfjs-core';
import type { Xoshiro } from '../../tfjs-backend/xoshiro.js';
import type { Drop } from './networks.js';

/**
 * Dropout whose choice holds for a whole step, so that both players see the same outputs of D, as in the released code. Layers
 * draw in the order in which they first ask.
 */
export class StepDropout {
  readonly #draws: Xoshiro;
  readonly #masks = new Map<string, Tensor>();

  constructor(draws: Xoshiro) {
    this.#draws = draws;
  }

  /** For the pictures of one kind. Keeps each element with the chance `share` and scales it by 1 / share (1.25 for .8, 2 for .5). */
  of(kind: 'data' | 'samples'): Drop {
    return <T extends Tensor>(layer: string, x: T, share: number): T =>
      share === 1 ? x : mul(x, this.#mask(`${kind}/${layer}`, x, share));
  }

  #mask(name: string, { size, shape }: Tensor, share: number): Tensor {
    let mask = this.#masks.get(name);
    if (!mask) {
      // One tensor for both players, scale and all: the graph then computes D for samples once.
      mask = keep(mul(tensor(this.#draws.bernoulli(size, share), shape, 'bool'), 1 / share));
      this.#masks.set(name, mask);
    }
    return mask;
  }

  dispose(): void {
    dispose([...this.#masks.values()]);
  }
}
