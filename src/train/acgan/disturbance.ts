import { add, dispose, keep, mul, type Tensor, type Tensor4D, tensor } from '@tensorflow/tfjs-core';
import { randomNormal } from '../../tfjs-backend/random-tensors.js';
import type { Xoshiro } from '../../tfjs-backend/xoshiro.js';
import type { AcganSettings } from './settings.js';

type Strength = Pick<AcganSettings, 'dropout' | 'activationNoise'>;

/**
 * Dropout and noise on a discriminator's activations, drawn once for each layer: a second pass over the same pictures gets the
 * same, so that the graph needs but one.
 */
export class Disturbance {
  readonly #strength: Strength;
  readonly #draws: Xoshiro;
  readonly #kept = new Map<number, Tensor>();
  readonly #noise = new Map<number, Tensor>();

  constructor(strength: Strength, draws: Xoshiro) {
    this.#strength = strength;
    this.#draws = draws;
  }

  /** @param layer number of the layer whose activations [N, H, W, C] these are */
  readonly apply = (activations: Tensor4D, layer: number): Tensor4D => {
    const { dropout, activationNoise } = this.#strength;
    const { size, shape } = activations;
    let x = activations;
    if (dropout > 0) {
      const kept = this.#once(this.#kept, layer, () =>
        tensor(this.#draws.bernoulli(size, 1 - dropout), shape, 'bool'),
      );
      x = mul(mul(x, 1 / (1 - dropout)), kept);
    }
    if (activationNoise > 0) {
      x = add(
        x,
        this.#once(this.#noise, layer, () => randomNormal(shape, this.#draws, 0, activationNoise)),
      );
    }
    return x;
  };

  dispose(): void {
    dispose([...this.#kept.values(), ...this.#noise.values()]);
  }

  /** Kept beyond the scope of the gradient that asks first. */
  #once(among: Map<number, Tensor>, layer: number, make: () => Tensor): Tensor {
    const found = among.get(layer) ?? keep(make());
    among.set(layer, found);
    return found;
  }
}
