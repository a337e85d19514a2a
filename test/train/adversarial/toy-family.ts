import {
  add,
  matMul,
  mean,
  mul,
  reshape,
  type Scalar,
  scalar,
  square,
  sub,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tensor,
  tensor2d,
  tidy,
  type Variable,
  variable,
  variableGrads,
  zeros,
} from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Xoshiro } from '../../../src/tfjs-backend/xoshiro.js';
import type {
  Family,
  Latents,
  MeasurePictures,
  PictureBatch,
  PictureForm,
  StepPlace,
  Trainer,
} from '../../../src/train/adversarial/trainer.js';
import { Adam } from '../../../src/train/optimizers/adam.js';

const settingsSchema = z.strictObject({
  batchSize: z.int().min(1).default(4).describe('Pictures a step'),
  rate: z.number().positive().default(0.05).describe('Learning rate'),
  conditional: z.boolean().default(false).describe('Give the class to the generator'),
  noise: z.enum(['uniform', 'normal']).default('normal').describe('What latents are'),
  divergeAt: z.int().optional().describe('Step at which the loss is not a number'),
});

export type ToySettings = z.output<typeof settingsSchema>;

/** "Generates" the mean picture of each class plus a latent, and learns the means. */
class ToyTrainer implements Trainer {
  readonly latentWidth = 2;
  readonly conditional: boolean;
  readonly batchSpecs;
  readonly state: ReadonlyMap<string, Variable>;
  readonly #settings: ToySettings;
  readonly #form: PictureForm;
  readonly #means: Variable;
  readonly #count: Variable;
  readonly #optimizer: Adam;

  constructor(settings: ToySettings, form: PictureForm) {
    this.#settings = settings;
    this.#form = form;
    this.conditional = settings.conditional;
    this.batchSpecs = { pictures: { size: settings.batchSize }, others: { size: 3 } };
    const { size, channels, classNames } = form;
    const classes = settings.conditional ? classNames.length : 1;
    this.#means = tidy(() => variable(zeros([classes, size * size * channels])));
    this.#count = tidy(() => variable(scalar(0), false));
    const trainable = new Map([['means', this.#means]]);
    this.#optimizer = new Adam(trainable, { beta1: 0.5, beta2: 0.9 });
    this.state = new Map([...trainable, ['count', this.#count], ...this.#optimizer.state]);
  }

  async initialize({ pictures }: Readonly<Record<string, PictureBatch>>): Promise<void> {
    tidy(() => this.#count.assign(scalar(pictures.pixels[0])));
  }

  step(
    { pictures, others }: Readonly<Record<string, PictureBatch>>,
    rng: Xoshiro,
    { step, adjustment }: StepPlace,
  ): Readonly<Record<string, Scalar>> {
    const noise = rng.normal(1, 0, 0.01 + (adjustment?.instanceNoise ?? 0))[0];
    const wanted = this.#wanted(pictures);
    const x = tensor(wanted, [wanted.length / this.#width, this.#width]);
    const { value, grads } = variableGrads(
      () => mean(square(sub<Tensor>(add(this.#means, noise), x))) as Scalar,
      [this.#means],
    );
    const rate = scalar(this.#settings.rate * (adjustment?.discriminatorRate ?? 1));
    this.#optimizer.applyGradients(grads, rate);
    tidy(() => this.#count.assign(add(this.#count, others.pixels[0] / 255)));
    for (const each of [x, rate, ...Object.values(grads)]) each.dispose();
    const diverged = step === this.#settings.divergeAt ? Number.NaN : 0;
    const loss = tidy(() => add<Scalar>(value, diverged));
    value.dispose();
    return { loss, count: tidy(() => mul<Scalar>(this.#count, 1)) };
  }

  /** There is no discriminator: it leads as soon as there is a loss. */
  discriminatorLead({ loss }: Readonly<Record<string, number>>): number {
    return loss > 0 ? 0.8 : 0;
  }

  drawLatents(count: number, rng: Xoshiro): Float32Array {
    const length = count * this.latentWidth;
    return this.#settings.noise === 'normal' ? rng.normal(length) : rng.uniform(length, -1, 1);
  }

  generate({ z: latents, classes }: Latents): Tensor4D {
    const { size, channels } = this.#form;
    const count = latents.length / this.latentWidth;
    return tidy(() => {
      const shifts = tensor(
        latents.filter((_, i) => i % 2 === 0).map((each) => 20 * each),
        [count, 1],
      );
      const rows = tensor2d(
        Float32Array.from({ length: count * this.#means.shape[0] }, (_, at) =>
          at % this.#means.shape[0] === (classes?.[Math.floor(at / this.#means.shape[0])] ?? 0) ? 1 : 0,
        ),
        [count, this.#means.shape[0]],
      );
      const picked = matMul(rows, mul<Tensor2D>(this.#means, 255));
      return reshape(add<Tensor>(picked, shifts), [count, size, size, channels]) as Tensor4D;
    });
  }

  async measure(pictures: MeasurePictures): Promise<Readonly<Record<string, number>>> {
    let light = 0;
    for await (const { pixels, labels } of pictures.batches(7)) {
      light += pixels.reduce((sum, each) => sum + each, 0) / (pixels.length / labels.length);
    }
    return { light: light / pictures.count };
  }

  dispose(): void {
    for (const each of this.state.values()) each.dispose();
  }

  get #width(): number {
    return this.#form.size ** 2 * this.#form.channels;
  }

  /** The mean picture of each class in the batch. */
  #wanted({ pixels, labels }: PictureBatch): Float32Array {
    const rows = this.#means.shape[0];
    const sums = new Float32Array(rows * this.#width);
    const counts = new Float32Array(rows);
    for (const [i, label] of labels.entries()) {
      const row = this.conditional ? label : 0;
      counts[row]++;
      for (let at = 0; at < this.#width; at++) sums[row * this.#width + at] += pixels[i * this.#width + at];
    }
    return sums.map((sum, at) => sum / 255 / Math.max(1, counts[Math.floor(at / this.#width)]));
  }
}

const preset = (settings: z.input<typeof settingsSchema> = {}) => ({
  size: 8,
  channels: 3 as const,
  epochs: 2,
  settings: settingsSchema.parse(settings),
});

export const toyFamily: Family<ToySettings> = {
  name: 'toy',
  title: 'Mean pictures',
  settings: settingsSchema,
  presets: {
    plain: { ...preset(), description: 'One mean for all' },
    classes: { ...preset({ conditional: true }), description: 'A mean for each class' },
  },
  create: (settings, form) => new ToyTrainer(settings, form),
};
