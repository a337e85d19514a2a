import {
  add,
  concat,
  keep,
  neg,
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
import type {
  Adjustment,
  BatchSpec,
  Latents,
  PictureBatch,
  PictureForm,
  StepPlace,
  Trainer,
} from '../adversarial/trainer.js';
import type { Mode } from '../layers/layers.js';
import { Parameters } from '../layers/parameters.js';
import { prefixNames } from '../layers/prefix-names.js';
import { Adam } from '../optimizers/adam.js';
import { computeGradients } from '../optimizers/compute-gradients.js';
import { averageOf, type WeightAverage } from '../optimizers/weight-average.js';
import { TANH_SCALE, toNetworkScale, toPixelScale } from '../pictures/pixel-scale.js';
import { discriminatorLead } from '../techniques/discriminator-lead.js';
import { sourceLoss } from '../techniques/label-smoothing.js';
import { auxiliaryFeatures, type PretrainedNetwork } from './auxiliary-features.js';
import { auxiliaryLosses, keepLosses, readableConditions, sumOf } from './auxiliary-losses.js';
import { fakeLoss, realLoss } from './losses.js';
import { type AcganForm, chooseForm, discriminator, generator } from './networks.js';
import {
  type Disturbance,
  type Disturbed,
  drawDisturbance,
  type Labeled,
  outputsOf,
  type Shown,
  shownOf,
  showTogether,
} from './real-and-fake.js';
import type { AcganSettings } from './settings.js';
import { drawWanted, inputsOf, toWanted, type Wanted, wantNothing } from './wanted.js';

const BETAS = { beta1: 0.5, beta2: 0.999 };

/**
 * The training of an auxiliary classifier GAN (Odena et al. 2017, section 4):
 *
 *     L_S = E log P(real | x_real) + E log P(fake | x_fake)
 *     L_C = E log P(c | x_real)    + E log P(c | x_fake)
 *
 * Conditions beside classes, such as attributes, add their losses to L_C.
 *
 * D maximizes L_S + L_C, G maximizes L_C − L_S. Real and generated pictures go through D in two passes, so that each kind is
 * normalized by its own statistics, or together. G and D are updated together, from the same generated pictures: G runs once a step, and one
 * pass of D over its pictures serves both (other pictures for G take a third more time). The classes of generated pictures are
 * drawn evenly.
 */
export class AcganTrainer implements Trainer {
  readonly batchSpecs: Readonly<Record<'real', BatchSpec>>;
  readonly conditional: boolean;
  readonly generateFrom?: (z: Tensor2D, classes?: Int32Array) => Tensor4D;
  readonly latentWidth: number;
  readonly state: ReadonlyMap<string, Variable>;
  readonly #settings: AcganSettings;
  readonly #form: AcganForm;
  readonly #generator: Parameters;
  readonly #discriminator: Parameters;
  readonly #generatorAdam: Adam;
  readonly #discriminatorAdam: Adam;
  readonly #average: WeightAverage | undefined;
  #pretrained?: PretrainedNetwork;

  /** @throws {UsageError} if there are no networks for the pictures */
  constructor(settings: AcganSettings, pictures: PictureForm, seed: number) {
    this.#settings = settings;
    this.#form = chooseForm(settings, pictures);
    this.conditional = this.#form.classes > 0;
    if (!this.#form.conditions) this.generateFrom = (z, classes) => this.#generateFrom(z, classes);
    this.batchSpecs = { real: { size: settings.batchSize } };
    this.latentWidth = settings.latentWidth;
    const rng = new Xoshiro(seed);
    this.#generator = new Parameters(rng);
    this.#discriminator = new Parameters(rng);
    // The first call of a network makes its variables.
    tidy(() => {
      const z = new Float32Array(this.latentWidth);
      const wanted = toWanted(this.#form, wantNothing(this.#form));
      const fake = this.#generate(this.#toTensor(z), wanted, 'sampling');
      const features = this.#form.features && zeros<Rank.R2>([1, this.#form.features]);
      const call = { mode: 'sampling', masks: wanted.masks, ...(features && { features }) } as const;
      discriminator(this.#discriminator, this.#form, fake, call);
    });
    this.#generatorAdam = new Adam(this.#generator.trainable, BETAS);
    this.#discriminatorAdam = new Adam(this.#discriminator.trainable, BETAS);
    const { trainable, buffers } = this.#generator;
    // The statistics of batch norm belong to weights: those of their mean are the mean of the statistics.
    this.#average = averageOf(new Map([...trainable, ...buffers]), settings);
    this.state = new Map([
      ...(this.#average ? prefixNames('generator/mean', this.#average.averages) : []),
      ...prefixNames('generator', this.#generator.trainable, this.#generator.buffers),
      ...prefixNames('discriminator', this.#discriminator.trainable, this.#discriminator.buffers),
      ...prefixNames('generator-adam', this.#generatorAdam.state),
      ...prefixNames('discriminator-adam', this.#discriminatorAdam.state),
    ]);
  }

  step(
    { real }: Readonly<Record<string, PictureBatch>>,
    rng: Xoshiro,
    { adjustment, step }: StepPlace,
  ): Record<string, Scalar> {
    return tidy(() => {
      const { batchSize, generatorRate, discriminatorRate } = this.#settings;
      const wanted = toWanted(this.#form, drawWanted(this.#form, real, rng));
      const latents = { z: this.drawLatents(batchSize, rng), wanted };
      const onReal = drawDisturbance(this.#settings, this.#form, rng, adjustment);
      const onFake = drawDisturbance(this.#settings, this.#form, rng, adjustment);

      const seen = this.#withFeatures({ ...this.#labeled(real), disturbance: onReal });
      const ofG = this.#generatorGradients(latents, onFake, seen);
      const ofD = this.#discriminatorGradients(seen, ofG.fake, adjustment);
      const { generatorRate: slowG = 1, discriminatorRate: slowD = 1 } = adjustment ?? {};
      this.#generatorAdam.applyGradients(ofG.gradients, scalar(generatorRate * slowG));
      this.#discriminatorAdam.applyGradients(ofD.gradients, scalar(discriminatorRate * slowD));
      this.#average?.update(step);

      ofG.fake.pictures.dispose();
      ofG.fake.features?.dispose();
      onReal.activations.dispose();
      onFake.activations.dispose();
      return { ...ofD.losses, lossG: ofG.loss };
    });
  }

  discriminatorLead(
    { lossSource }: Readonly<Record<string, number>>,
    { realTarget = 1 }: Partial<Adjustment> = {},
  ): number {
    return discriminatorLead(lossSource / 2, realTarget);
  }

  /** Gradients of L_S − L_C, and the generated pictures. The real pictures' part is left out: G cannot change what they are. */
  #generatorGradients(
    { z, wanted }: { z: Float32Array; wanted: Wanted },
    disturbance: Disturbance,
    real: Disturbed,
  ) {
    let fake: Disturbed | undefined;
    const { loss, gradients } = computeGradients(() => {
      const pictures = keep(this.#generate(this.#toTensor(z), wanted, 'training'));
      fake = this.#withFeatures({ pictures, ...wanted, disturbance });
      if (fake.features) keep(fake.features);
      const output = this.#discriminateBoth(real, fake).onFake;
      const source =
        this.#settings.loss === 'minimax' ? neg<Scalar>(fakeLoss(output.source)) : realLoss(output.source);
      return add<Scalar>(source, sumOf(auxiliaryLosses(this.#form, output, wanted).losses));
    }, this.#generator);
    return { loss, gradients, fake: fake as Disturbed };
  }

  /** Gradients of −L_S − L_C, and its parts, which the caller disposes of. */
  #discriminatorGradients(real: Disturbed, fake: Disturbed, { realTarget = 1 }: Partial<Adjustment> = {}) {
    let losses: Record<string, Scalar> = {};
    const { gradients } = computeGradients(() => {
      const { onReal, onFake } = this.#discriminateBoth(real, fake);
      const lossReal = realTarget === 1 ? realLoss(onReal.source) : sourceLoss(onReal.source, realTarget);
      const lossSource = add<Scalar>(lossReal, fakeLoss(onFake.source));
      const ofReal = auxiliaryLosses(this.#form, onReal, real);
      const ofFake = auxiliaryLosses(this.#form, onFake, fake);
      losses = { lossSource: keep(lossSource), ...keepLosses(ofReal, ofFake) };
      const lossOfReal = sumOf(ofReal.losses);
      const learned =
        this.#settings.classLoss === 'real' ? lossOfReal : add(lossOfReal, sumOf(ofFake.losses));
      return add<Scalar>(lossSource, learned);
    }, this.#discriminator);
    return { gradients, losses };
  }

  #discriminateBoth(real: Disturbed, fake: Disturbed) {
    const [x, y] = [shownOf(real), shownOf(fake)];
    if (this.#settings.batches === 'together') return outputsOf(this.#discriminate(showTogether(x, y)));
    return { onReal: this.#discriminate(x), onFake: this.#discriminate(y) };
  }

  #discriminate({ pictures, ...call }: Shown) {
    return discriminator(this.#discriminator, this.#form, pictures, { mode: 'training', ...call });
  }

  #withFeatures(seen: Disturbed): Disturbed {
    const features = this.#featuresOf(seen.disturbance.pictures(seen.pictures));
    return features ? { ...seen, features } : seen;
  }

  /** @throws {RangeError} if the form has features and nothing gives them */
  #featuresOf(pictures: Tensor4D): Tensor2D | undefined {
    if (this.#form.features === undefined) return undefined;
    if (!this.#pretrained) throw new RangeError('expected the network of the features that D is given');
    return auxiliaryFeatures(this.#pretrained, pictures);
  }

  drawLatents(count: number, rng: Xoshiro): Float32Array {
    return rng.normal(count * this.latentWidth);
  }

  generate({ z, classes, conditions }: Latents): Tensor4D {
    if (this.conditional && !classes)
      throw new RangeError('expected a class for each latent of a class-conditional generator');
    const labels = classes ?? new Int32Array(z.length / this.latentWidth);
    return tidy(() => {
      const wanted = toWanted(this.#form, { labels, conditions });
      return toPixelScale(this.#generate(this.#toTensor(z), wanted, 'sampling'), TANH_SCALE);
    });
  }

  /** Of latents alone: conditions would have to be known too. */
  #generateFrom(z: Tensor2D, classes?: Int32Array): Tensor4D {
    if (!classes) throw new RangeError('expected a class for each latent of a class-conditional generator');
    return tidy(() => {
      const wanted = toWanted(this.#form, { labels: classes });
      return toPixelScale(this.#generate(z, wanted, 'sampling'), TANH_SCALE);
    });
  }

  useFeatures(network: PretrainedNetwork): void {
    this.#pretrained = network;
  }

  /** Nothing where D is given features and nothing gives them, as where samples are drawn from a checkpoint. */
  get seeConditions() {
    const canSee = this.#form.features === undefined || this.#pretrained !== undefined;
    return canSee ? (pixels: Uint8Array) => this.#seeConditions(pixels) : undefined;
  }

  async #seeConditions(pixels: Uint8Array): Promise<Float32Array> {
    const { conditions: form } = this.#form;
    if (!form) return new Float32Array(0);
    const seen = tidy(() => {
      const x = toNetworkScale(pixels, this.#form, TANH_SCALE);
      const call = { mode: 'sampling', features: this.#featuresOf(x) } as const;
      const { conditions } = discriminator(this.#discriminator, this.#form, x, call);
      return readableConditions(form, conditions as Tensor2D);
    });
    try {
      return Float32Array.from(await seen.data());
    } finally {
      seen.dispose();
    }
  }

  #generate(z: Tensor2D, wanted: Wanted, mode: Mode): Tensor4D {
    const parameters = mode === 'sampling' ? this.#sampled : this.#generator;
    const input = concat([z, ...inputsOf(this.#form, wanted)], 1);
    return generator(parameters, this.#form, input, { mode, masks: wanted.masks });
  }

  /** What samples are drawn with: the mean of the weights where there is one. */
  get #sampled(): Parameters {
    return this.#average ? Parameters.over(this.#average.averages, this.#average.averages) : this.#generator;
  }

  #toTensor(z: Float32Array): Tensor2D {
    return tensor2d(z, [z.length / this.latentWidth, this.latentWidth]);
  }

  #labeled(batch: PictureBatch): Labeled {
    return {
      pictures: toNetworkScale(batch.pixels, this.#form, TANH_SCALE),
      ...toWanted(this.#form, batch),
    };
  }

  dispose(): void {
    this.#generatorAdam.dispose();
    this.#discriminatorAdam.dispose();
    this.#average?.dispose();
    this.#generator.dispose();
    this.#discriminator.dispose();
  }
}
