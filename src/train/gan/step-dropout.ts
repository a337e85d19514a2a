import { dispose, keep, mul, type Tensor } from '@tensorflow/tfjs-core';
import { dropoutMask } from '../../tfjs-backend/random-tensors.js';
import type { Xoshiro } from '../../tfjs-backend/xoshiro.js';
import type { Drop } from './networks.js';

/**
 * Dropout with one mask for a whole step, so that G and D see the same outputs of D, as in the released code. Layers draw their
 * masks in the order in which they first ask.
 */
export class StepDropout {
  readonly #rng: Xoshiro;
  readonly #masks = new Map<string, Tensor>();

  constructor(rng: Xoshiro) {
    this.#rng = rng;
  }

  /** For pictures of one kind. Keeps each element with probability `share`, and scales it by 1 / share. */
  of(kind: 'data' | 'samples'): Drop {
    return <T extends Tensor>(layer: string, x: T, share: number): T =>
      share === 1 ? x : mul(x, this.#mask(`${kind}/${layer}`, x, share));
  }

  #mask(name: string, { shape }: Tensor, share: number): Tensor {
    let mask = this.#masks.get(name);
    if (!mask) {
      // One tensor for G and D: so the graph computes D for samples once.
      mask = keep(dropoutMask(shape, share, this.#rng));
      this.#masks.set(name, mask);
    }
    return mask;
  }

  dispose(): void {
    dispose([...this.#masks.values()]);
  }
}
