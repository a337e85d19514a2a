import {
  add,
  mul,
  type Scalar,
  scalar,
  type Tensor2D,
  type Tensor4D,
  tensor,
  tensor1d,
  tensor2d,
  tensor4d,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core';
import type { Xoshiro } from '../../tfjs-backend/xoshiro.js';
import type {
  Adjustment,
  BatchSpec,
  Inpainting,
  Latents,
  PictureBatch,
  PictureForm,
  StepPlace,
  Trainer,
} from '../adversarial/trainer.js';
import { oneHotLabels } from '../layers/one-hot-labels.js';
import { Parameters, zeros } from '../layers/parameters.js';
import { prefixNames } from '../layers/prefix-names.js';
import { averageOf, type WeightAverage } from '../optimizers/weight-average.js';
import { SIGMOID_SCALE, toNetworkScale } from '../pictures/pixel-scale.js';
import { discriminatorLead } from '../techniques/discriminator-lead.js';
import { instanceNoise } from '../techniques/instance-noise.js';
import { drawMasks } from '../techniques/masks.js';
import { BLANK_SHARE, keepKnown, meanPicture, nothingKnown } from './known-part.js';
import { discriminatorLoss, generatorLoss } from './losses.js';
import {
  type DiscriminatorCall,
  discriminate,
  type GeneratorInput,
  generate,
  hiddenUnits,
  type KnownPart,
  keepAll,
  type NetworkPlan,
  toneOf,
  validateSettings,
} from './networks.js';
import { OptimizedNetwork, type UpdateSettings } from './optimized-network.js';
import { computeMarginalLogits, computeTone, normalizeContrast, rangeOfContrast } from './pixels.js';
import { momentumAt, rateAt } from './schedules.js';
import type { GanSettings } from './settings.js';
import { StepDropout } from './step-dropout.js';

/** G starts from the mean of so many pictures: all of MNIST's. */
const FIRST_PICTURES = 50_000;

/** Buffer of a G that completes pictures. */
const MEAN_PICTURE = 'mean-picture';

type Batches = Readonly<Record<string, PictureBatch>>;

/** Input of one step of D, and of one of G. */
interface Minibatch {
  /** Pictures as D sees them. */
  readonly x: Tensor4D;
  readonly z: Tensor2D;
  /** One-hot classes of the pictures, and of the samples too; none where networks take no class. */
  readonly classes?: Tensor2D;
  /** What G sees of the pictures, where it completes them. */
  readonly known?: KnownPart;
}

/** Algorithm 1 of the paper, with the dropout, the schedules and the joint update of the released code. */
export class GanTrainer implements Trainer {
  readonly batchSpecs: Readonly<Record<'pictures', BatchSpec>>;
  readonly firstBatchSpecs = { pictures: { size: FIRST_PICTURES } };
  readonly conditional: boolean;
  readonly latentWidth: number;
  readonly state: ReadonlyMap<string, Variable>;
  readonly inpainting: Inpainting | undefined;
  readonly featuresOf: Trainer['featuresOf'];
  readonly #plan: NetworkPlan;
  readonly #generator: OptimizedNetwork;
  readonly #discriminator: OptimizedNetwork;
  /** Of G's weights, where samples are drawn with their mean. */
  readonly #average: WeightAverage | undefined;

  /** @throws {UsageError} for settings that do not fit the pictures */
  constructor(settings: GanSettings, form: PictureForm, seed: number) {
    this.#plan = { settings, form };
    validateSettings(this.#plan);
    this.batchSpecs = { pictures: { size: settings.k * settings.batchSize } };
    this.conditional = settings.conditional;
    this.latentWidth = settings.latentWidth;
    const z = new Float32Array(this.latentWidth);
    this.#generator = new OptimizedNetwork('generator', seed, (parameters) => {
      toneOf(this.#plan, parameters);
      if (settings.inpaint) parameters.getBuffer(MEAN_PICTURE, [form.size, form.size, form.channels], zeros);
      const classes = this.#classes(Int32Array.of(0));
      return generate(this.#plan, parameters, { z: this.#latents(z), classes, known: this.#nothingKnown(1) });
    });
    const { size, channels } = form;
    const mean = this.#generator.parameters.buffers.get(MEAN_PICTURE);
    if (mean) this.inpainting = { mean, complete: (...given) => this.#complete(...given) };
    const blank = new Uint8Array(size * size * channels);
    this.#discriminator = new OptimizedNetwork('discriminator', seed, (parameters) =>
      discriminate(this.#plan, parameters, this.#scaled(blank), {
        drop: keepAll,
        classes: this.#classes(Int32Array.of(0)),
        mask: this.#nothingKnown(1)?.mask,
      }),
    );
    // A D that is given the class would tell it.
    if (!settings.conditional) this.featuresOf = (pixels) => tidy(() => this.#features(this.#scaled(pixels)));
    const { trainable } = this.#generator.parameters;
    this.#average = averageOf(trainable, settings);
    this.state = new Map([
      ...this.#generator.state,
      ...(this.#average ? prefixNames('generator/mean', this.#average.averages) : []),
      ...this.#discriminator.state,
    ]);
  }

  /** Sets G's last bias to the mean of the pictures; for normalized contrast, keeps the tone that samples get. */
  async initialize({ pictures: { pixels, labels } }: Batches): Promise<void> {
    const { trainable } = this.#generator.parameters;
    tidy(() => {
      const mean = this.#generator.parameters.buffers.get(MEAN_PICTURE);
      mean?.assign(tensor(meanPicture(pixels, labels.length), mean.shape));
      const tone = toneOf(this.#plan, this.#generator.parameters);
      if (tone) {
        const { brightness, contrast } = computeTone(pixels, labels.length);
        tone.brightness.assign(tensor1d([brightness]));
        tone.contrast.assign(tensor1d([contrast]));
      } else {
        const bias = trainable.get('y.bias') as Variable;
        bias.assign(tensor(computeMarginalLogits(pixels, labels.length), bias.shape));
      }
    });
  }

  step({ pictures }: Batches, rng: Xoshiro, place: StepPlace): Readonly<Record<string, Scalar>> {
    const { k, loss } = this.#plan.settings;
    return tidy(() => {
      const {
        generatorRate = 1,
        discriminatorRate = 1,
        realTarget,
      }: Partial<Adjustment> = place.adjustment ?? {};
      const forG = this.#updateSettings(place, generatorRate);
      const forD = this.#updateSettings(place, discriminatorRate);
      for (let i = 0; ; i++) {
        const { x, z, classes, known } = this.#minibatch(pictures, i, rng);
        const dropout = new StepDropout(rng);
        const noiseOnData = this.#instanceNoise(rng, place);
        const noiseOnSamples = this.#instanceNoise(rng, place);
        const given = { classes, mask: known?.mask };
        const made = () => generate(this.#plan, this.#generator.parameters, { z, classes, known });
        const onData = () => this.#D(noiseOnData(x), { drop: dropout.of('data'), ...given });
        const onSamples = () => this.#D(noiseOnSamples(made()), { drop: dropout.of('samples'), ...given });

        const ofD = this.#discriminator.gradients(() => discriminatorLoss(onData(), onSamples(), realTarget));
        if (i < k - 1) {
          dropout.dispose();
          this.#discriminator.applyGradients(ofD.gradients, forD);
          continue;
        }
        // The last of k steps of D goes together with the step of G: both start from the same D.
        const ofG = this.#generator.gradients(() => generatorLoss(onSamples(), loss));
        dropout.dispose();
        this.#discriminator.applyGradients(ofD.gradients, forD);
        this.#generator.applyGradients(ofG.gradients, forG);
        this.#average?.update(place.step);
        return { lossD: ofD.loss, lossG: ofG.loss };
      }
    });
  }

  #instanceNoise(rng: Xoshiro, { adjustment }: StepPlace) {
    const { form, settings } = this.#plan;
    const { size, channels } = form;
    const range = settings.pixels === 'unit' ? 1 : rangeOfContrast(size * size * channels);
    const shape = [settings.batchSize, size, size, channels];
    return instanceNoise(shape, range * (adjustment?.instanceNoise ?? 0), rng);
  }

  discriminatorLead(
    { lossD }: Readonly<Record<string, number>>,
    { realTarget = 1 }: Partial<Adjustment> = {},
  ): number {
    return discriminatorLead(lossD, realTarget);
  }

  /** @param factor on the learning rate */
  #updateSettings({ step, stepsPerEpoch }: StepPlace, factor: number): UpdateSettings {
    const { settings } = this.#plan;
    return {
      rate: scalar(rateAt(step, settings) * factor),
      momentum: scalar(momentumAt(Math.floor(step / stepsPerEpoch), settings)),
      columnNorm: settings.columnNorm,
    };
  }

  /** The `i`th of the k minibatches of a step. */
  #minibatch({ pixels, labels }: PictureBatch, i: number, rng: Xoshiro): Minibatch {
    const { batchSize, k } = this.#plan.settings;
    const width = pixels.length / (k * batchSize);
    const own = <A extends Uint8Array | Int32Array>(all: A, each: number) =>
      all.subarray(i * batchSize * each, (i + 1) * batchSize * each) as A;
    const x = this.#scaled(own(pixels, width));
    const z = this.#latents(this.drawLatents(batchSize, rng));
    return { x, z, classes: this.#classes(own(labels, 1)), known: this.#drawKnown(x, rng) };
  }

  #drawKnown(x: Tensor4D, rng: Xoshiro): KnownPart | undefined {
    const { inpaint, mask = 'mixed', batchSize } = this.#plan.settings;
    if (!inpaint) return undefined;
    return keepKnown(x, drawMasks(batchSize, this.#plan.form.size, mask, { rng, blank: BLANK_SHARE }));
  }

  #nothingKnown(count: number): KnownPart | undefined {
    const { settings, form } = this.#plan;
    return settings.inpaint ? nothingKnown(count, form) : undefined;
  }

  #D(x: Tensor4D, call: DiscriminatorCall): Tensor2D {
    return discriminate(this.#plan, this.#discriminator.parameters, x, call);
  }

  #features(x: Tensor4D): Tensor2D {
    const mask = this.#nothingKnown(x.shape[0])?.mask;
    return hiddenUnits(this.#plan, this.#discriminator.parameters, x, { drop: keepAll, mask });
  }

  /** A uniform distribution of variance 1. */
  get latentBounds(): readonly [low: number, high: number] | undefined {
    return this.#plan.settings.latent === 'uniform' ? [-Math.sqrt(3), Math.sqrt(3)] : undefined;
  }

  drawLatents(count: number, rng: Xoshiro): Float32Array {
    const length = count * this.latentWidth;
    return this.latentBounds ? rng.uniform(length, ...this.latentBounds) : rng.normal(length);
  }

  /**
   * Samples of G, or of the mean of its weights. Where D sees pictures without their own mean and contrast, all samples get the
   * mean brightness and contrast of the training pictures; the paper's figures scale them by the greatest value in the figure
   * instead.
   */
  generate({ z, classes }: Latents): Tensor4D {
    return tidy(() => this.generateFrom(this.#latents(z), classes));
  }

  generateFrom(z: Tensor2D, classes?: Int32Array): Tensor4D {
    return tidy(() =>
      this.#sample({ z, classes: this.#classes(classes), known: this.#nothingKnown(z.shape[0]) }),
    );
  }

  #complete({ z, classes }: Latents, pixels: Uint8Array, masks: Uint8Array): Tensor4D {
    return tidy(() => {
      const known = keepKnown(this.#scaled(pixels), masks);
      return this.#sample({ z: this.#latents(z), classes: this.#classes(classes), known });
    });
  }

  #sample(input: GeneratorInput): Tensor4D {
    return tidy(() => {
      const own = this.#generator.parameters;
      const parameters = this.#average ? Parameters.over(this.#average.averages, own.buffers) : own;
      const made = generate(this.#plan, parameters, input);
      const tone = toneOf(this.#plan, parameters);
      return tone ? add(mul(made, tone.contrast), tone.brightness) : mul(made, 255);
    });
  }

  #latents(z: Float32Array): Tensor2D {
    return tensor2d(z, [z.length / this.latentWidth, this.latentWidth]);
  }

  /** uint8 pixels as D sees them. */
  #scaled(pixels: Uint8Array): Tensor4D {
    const { form, settings } = this.#plan;
    if (settings.pixels === 'unit') return toNetworkScale(pixels, form, SIGMOID_SCALE);
    const { size, channels } = form;
    const count = pixels.length / (size * size * channels);
    return tensor4d(normalizeContrast(pixels, count), [count, size, size, channels]);
  }

  #classes(labels: Int32Array | undefined): Tensor2D | undefined {
    if (!this.conditional || !labels) return undefined;
    return oneHotLabels(labels, this.#plan.form.classNames.length);
  }

  dispose(): void {
    this.#generator.dispose();
    this.#discriminator.dispose();
    this.#average?.dispose();
  }
}
