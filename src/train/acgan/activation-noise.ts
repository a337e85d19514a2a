import { add, dispose, keep, mul, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { dropoutMask, randomNormal } from '../../tfjs-backend/random-tensors.js';
import type { Xoshiro } from '../../tfjs-backend/xoshiro.js';
import type { AcganSettings } from './settings.js';

type Strength = Pick<AcganSettings, 'dropout' | 'activationNoise'>;

/**
 * Dropout and Gaussian noise on the activations of a discriminator. Each layer draws them once: a second pass over the same
 * pictures gets the same, so that the graph computes the pass only once.
 */
export class ActivationNoise {
  readonly #strength: Strength;
  readonly #rng: Xoshiro;
  readonly #masks = new Map<number, Tensor>();
  readonly #noise = new Map<number, Tensor>();

  constructor(strength: Strength, rng: Xoshiro) {
    this.#strength = strength;
    this.#rng = rng;
  }

  /** @param layer number of the layer whose activations [N, H, W, C] these are */
  readonly apply = (activations: Tensor4D, layer: number): Tensor4D => {
    const { dropout, activationNoise } = this.#strength;
    const { shape } = activations;
    let x = activations;
    if (dropout > 0) {
      const mask = this.#once(this.#masks, layer, () => dropoutMask(shape, 1 - dropout, this.#rng));
      x = mul(x, mask);
    }
    if (activationNoise > 0) {
      const noise = this.#once(this.#noise, layer, () => randomNormal(shape, this.#rng, 0, activationNoise));
      x = add(x, noise);
    }
    return x;
  };

  dispose(): void {
    dispose([...this.#masks.values(), ...this.#noise.values()]);
  }

  /** Keeps the tensor beyond the scope of the gradient function that asks first. */
  #once(tensors: Map<number, Tensor>, layer: number, make: () => Tensor): Tensor {
    const found = tensors.get(layer) ?? keep(make());
    tensors.set(layer, found);
    return found;
  }
}
