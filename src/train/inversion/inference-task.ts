import {
  argMax,
  keep,
  type Rank,
  type Scalar,
  scalar,
  type Tensor2D,
  type Tensor4D,
  tensor2d,
  tidy,
  type Variable,
  zeros,
} from '@tensorflow/tfjs-core';
import { Xoshiro } from '../../tfjs-backend/xoshiro.js';
import type { PictureForm, Trainer } from '../adversarial/trainer.js';
import { oneHotLabels } from '../layers/one-hot-labels.js';
import { Parameters } from '../layers/parameters.js';
import { prefixNames } from '../layers/prefix-names.js';
import { rngFor } from '../loop/rng-for.js';
import type { TrainingTask } from '../loop/training-task.js';
import { Adam } from '../optimizers/adam.js';
import { computeGradients } from '../optimizers/compute-gradients.js';
import { type InferenceForm, infer, inferenceLoss, totalLoss } from './inference-network.js';
import { INVERSION_STREAMS } from './inversion-streams.js';

const BETAS = { beta1: 0.9, beta2: 0.999 };

/** How an inference network is trained. */
export interface InferenceSettings {
  /** Integer in [0, 2^32). */
  readonly seed: number;
  /** Steps of the whole training. */
  readonly steps: number;
  /** Samples in a step. */
  readonly batchSize: number;
  /** Learning rate of Adam. */
  readonly rate: number;
  /** Units of each hidden layer. */
  readonly units: number;
}

/** What an inference network says of pictures, outside of tfjs. */
export interface InferredLatents {
  /** float32 [N, latentWidth] */
  readonly z: Float32Array;
  /** int32 [N]; the most probable class. Undefined where the generator takes none. */
  readonly classes?: Int32Array;
}

/** Trains a network that predicts z from x, on samples of a generator that stays as it is. */
export class InferenceTask implements TrainingTask {
  readonly steps: number;
  readonly actions = [];
  readonly state: ReadonlyMap<string, Variable>;
  readonly #trainer: Trainer;
  readonly #settings: InferenceSettings;
  readonly #form: InferenceForm;
  readonly #parameters: Parameters;
  readonly #adam: Adam;

  constructor(trainer: Trainer, { size, channels, classNames }: PictureForm, settings: InferenceSettings) {
    this.steps = settings.steps;
    this.#trainer = trainer;
    this.#settings = settings;
    this.#form = {
      latentWidth: trainer.latentWidth,
      classes: trainer.conditional ? classNames.length : 0,
      units: settings.units,
    };
    this.#parameters = new Parameters(new Xoshiro(rngFor(settings.seed, INVERSION_STREAMS.network).uint32()));
    // The first call of a network makes its variables.
    tidy(() => {
      infer(this.#parameters, this.#form, zeros<Rank.R4>([1, size, size, channels]));
    });
    this.#adam = new Adam(this.#parameters.trainable, BETAS);
    this.state = new Map([
      ...prefixNames('inference', this.#parameters.trainable),
      ...prefixNames('inference-adam', this.#adam.state),
    ]);
  }

  async step(step: number): Promise<Readonly<Record<string, Scalar>>> {
    const { seed, batchSize, rate } = this.#settings;
    const rng = new Xoshiro(rngFor(seed, INVERSION_STREAMS.step, step).uint32());
    return tidy(() => {
      const numbers = this.#trainer.drawLatents(batchSize, rng);
      const z = tensor2d(numbers, [batchSize, this.#form.latentWidth]);
      const labels = this.#drawClasses(rng);
      const x = this.#trainer.generate({ z: numbers, classes: labels });
      const classes = labels && oneHotLabels(labels, this.#form.classes);
      let losses: Record<string, Scalar> = {};
      const { gradients } = computeGradients(() => {
        const parts = inferenceLoss(infer(this.#parameters, this.#form, x), z, classes);
        losses = Object.fromEntries(Object.entries(parts).map(([name, loss]) => [name, keep(loss)]));
        return totalLoss(parts);
      }, this.#parameters);
      this.#adam.applyGradients(gradients, scalar(rate));
      return losses;
    });
  }

  /** Each class as likely as the others. */
  #drawClasses(rng: Xoshiro): Int32Array | undefined {
    const { classes } = this.#form;
    if (classes === 0) return undefined;
    return Int32Array.from({ length: this.#settings.batchSize }, () =>
      Math.floor((rng.uint32() / 2 ** 32) * classes),
    );
  }

  /**
   * What the network says of pictures, within the bounds of the generator's latents.
   *
   * @param x [N, size, size, channels] on 0–255
   */
  async infer(x: Tensor4D): Promise<InferredLatents> {
    const made = tidy(() => {
      const { z, classes } = infer(this.#parameters, this.#form, x);
      return classes ? [z, argMax<Tensor2D>(classes, 1)] : [z];
    });
    const [z, classes] = await Promise.all(made.map((each) => each.data()));
    for (const each of made) each.dispose();
    const [low, high] = this.#trainer.latentBounds ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    return {
      z: Float32Array.from(z, (each) => Math.min(high, Math.max(low, each))),
      ...(classes && { classes: Int32Array.from(classes) }),
    };
  }

  dispose(): void {
    this.#adam.dispose();
    this.#parameters.dispose();
  }
}
