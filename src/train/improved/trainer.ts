import {
  add,
  concat,
  keep,
  mul,
  type Scalar,
  scalar,
  split,
  type Tensor2D,
  type Tensor4D,
  tensor2d,
  tidy,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import { Xoshiro } from '../../tfjs-backend/xoshiro.js';
import type {
  Adjustment,
  BatchSpec,
  Latents,
  MeasurePictures,
  PictureBatch,
  PictureForm,
  StepPlace,
  Trainer,
} from '../adversarial/trainer.js';
import type { Mode } from '../layers/layers.js';
import { oneHotLabels } from '../layers/one-hot-labels.js';
import { Parameters } from '../layers/parameters.js';
import { prefixNames } from '../layers/prefix-names.js';
import { rngFor } from '../loop/rng-for.js';
import { WeightAverage } from '../optimizers/weight-average.js';
import { toNetworkScale, toPixelScale } from '../pictures/pixel-scale.js';
import { discriminatorLead } from '../techniques/discriminator-lead.js';
import { instanceNoise } from '../techniques/instance-noise.js';
import { sourceLoss } from '../techniques/label-smoothing.js';
import { labeledLoss, sourceLogits } from '../techniques/semi-supervised-loss.js';
import { batchSpecsOf } from './batch-specs.js';
import { type DiscriminatorCall, discriminator } from './discriminator.js';
import { generator } from './generator.js';
import { generatorLoss } from './generator-loss.js';
import { chooseLabeledRows } from './labeled-rows.js';
import { measureDisagreement } from './measure-disagreement.js';
import { measureTestError } from './measure-test-error.js';
import { OptimizedNetwork } from './optimized-network.js';
import { SCALES } from './scale.js';
import { type ImprovedSettings, rateAt } from './settings.js';
import { validateSettings } from './validate-settings.js';

/** The random stream of first values. */
const FIRST_VALUES = 1;
/** That of noise on held-out pictures. */
const VALIDATION_NOISE = 3;
/** Pictures of the initializing pass of weight normalization, as released. */
const FIRST_PICTURES = 500;

type Batches = Readonly<Record<string, PictureBatch>>;
type Losses = Readonly<Record<string, Scalar>>;

/** How an update is made. */
interface Update {
  readonly rate: Scalar;
  readonly adjustment: Partial<Adjustment>;
}

/**
 * The training of Salimans et al. 2016. The discriminator classifies pictures into the K classes of real pictures and one class of
 * generated ones (section 5):
 *
 *     D minimizes  −E log p(y | x, y ≤ K)  over labeled pictures
 *                  − ½·E log D(x) − ½·E log(1 − D(G(z)))  over unlabeled and generated ones, with D = Z/(Z + 1)
 *     G minimizes  the distance of mean features of D, or a loss of D(G(z))
 *
 * with the techniques of section 3 that the settings ask for.
 */
export class ImprovedTrainer implements Trainer {
  readonly batchSpecs: Readonly<Record<string, BatchSpec>>;
  readonly firstBatchSpecs = { first: { size: FIRST_PICTURES } };
  readonly conditional = false;
  readonly latentWidth: number;
  readonly state: ReadonlyMap<string, Variable>;
  /** Without labels D is no classifier. */
  readonly validate: Trainer['validate'];
  readonly #seed: number;
  readonly #settings: ImprovedSettings;
  readonly #form: PictureForm;
  /** K; 1 without labels, which is the usual discriminator. */
  readonly #classes: number;
  readonly #generator: Parameters;
  readonly #discriminator: Parameters;
  /** Latents of the reference batch of virtual batch normalization. */
  readonly #reference: Variable | undefined;
  readonly #optimizedG: OptimizedNetwork;
  readonly #optimizedD: OptimizedNetwork;
  readonly #meanWeights: WeightAverage;

  /** @throws {UsageError} for settings that do not fit each other or the pictures */
  constructor(
    settings: ImprovedSettings,
    form: PictureForm,
    seed: number,
    labels: Int32Array = new Int32Array(0),
  ) {
    validateSettings(settings, form);
    const { latentWidth, batchSize, labelsPerClass, normalization } = settings;
    this.#settings = settings;
    this.#seed = seed;
    this.#form = form;
    this.#classes = labelsPerClass > 0 ? form.classNames.length : 1;
    this.latentWidth = latentWidth;
    this.validate = this.#classes === 1 ? undefined : (pictures) => this.#disagreement(pictures);
    const rows = chooseLabeledRows(labels, labelsPerClass, seed);
    this.batchSpecs = batchSpecsOf(settings, rows);
    const rng = new Xoshiro(rngFor(seed, FIRST_VALUES).uint32());
    this.#reference =
      normalization === 'virtual'
        ? tidy(() => variable(this.#latents(this.drawLatents(batchSize, rng)), false))
        : undefined;
    this.#generator = new Parameters(rng);
    this.#discriminator = new Parameters(rng);
    // The first call of a network makes its variables.
    tidy(() => {
      this.#D(this.#G(this.#latents(new Float32Array(latentWidth)), 'sampling'));
    });
    this.#optimizedG = new OptimizedNetwork('generator', this.#generator, settings);
    this.#optimizedD = new OptimizedNetwork('discriminator', this.#discriminator, settings);
    this.#meanWeights = new WeightAverage(this.#discriminator.trainable, settings.averageDecay);
    this.state = new Map([
      ...this.#optimizedG.state,
      ...this.#optimizedD.state,
      ...prefixNames('discriminator/mean', this.#meanWeights.averages),
      ...(this.#reference ? ([['generator/reference', this.#reference]] as const) : []),
    ]);
  }

  /** Data-dependent first scales and shifts: each unit of a weight-normalized layer starts with mean 0 and a deviation of its own. */
  async initialize({ first }: Batches, rng: Xoshiro): Promise<void> {
    tidy(() => {
      this.#G(this.#drawnLatents(rng), 'initializing');
      this.#D(this.#pictures(first), { rng, pass: 'initializing' });
    });
  }

  step(batches: Batches, rng: Xoshiro, place: StepPlace): Losses {
    return tidy(() => {
      const { labeledOnly, generatorSteps } = this.#settings;
      const { adjustment = {} }: { readonly adjustment?: Partial<Adjustment> } = place;
      const rate = rateAt(this.#settings, place);
      const ofD = scalar(rate * (adjustment.discriminatorRate ?? 1));
      const losses = labeledOnly
        ? this.#supervisedStep(batches, rng, ofD)
        : this.#discriminatorStep(batches, rng, { rate: ofD, adjustment });
      this.#meanWeights.update(place.step);
      if (labeledOnly) return losses;
      const update = { rate: scalar(rate * (adjustment.generatorRate ?? 1)), adjustment };
      let lossG = this.#generatorStep(batches, rng, update);
      for (let i = 1; i < generatorSteps; i++) lossG = this.#generatorStep(batches, rng, update);
      return { ...losses, lossG };
    });
  }

  /** A step of D on labeled, unlabeled and generated pictures, in one pass. */
  #discriminatorStep({ labeled, unlabeled }: Batches, rng: Xoshiro, { rate, adjustment }: Update): Losses {
    const { batchSize, unlabeledWeight } = this.#settings;
    const realTarget = this.#realTarget(adjustment);
    const fake = this.#G(this.#drawnLatents(rng), 'training');
    const real = this.#pictures(unlabeled);
    const known = labeled ? [this.#pictures(labeled)] : [];
    const all = [real, fake, ...known].map((x) => this.#noisy(x, adjustment, rng));
    const losses: Record<string, Scalar> = {};
    this.#optimizedD.minimize(() => {
      const sets = all.map(() => batchSize);
      const { logits } = this.#D(concat(all, 0), { rng, sets });
      const [ofReal, ofFake, ofKnown]: Tensor2D[] = split(logits, sets, 0);
      const lossReal = sourceLoss(sourceLogits(ofReal), realTarget);
      const lossFake = sourceLoss(sourceLogits(ofFake), 0);
      losses.lossUnlabeled = keep(mul<Scalar>(add(lossReal, lossFake), 0.5));
      const lossSource = mul<Scalar>(losses.lossUnlabeled, unlabeledWeight);
      if (!labeled) return lossSource;
      losses.lossLabeled = keep(labeledLoss(ofKnown, this.#oneHot(labeled)));
      return add(losses.lossLabeled, lossSource);
    }, rate);
    return losses;
  }

  /** A step of D as a classifier of the labeled pictures alone: the baseline of semi-supervised training. */
  #supervisedStep({ labeled }: Batches, rng: Xoshiro, rate: Scalar): Losses {
    const x = this.#pictures(labeled);
    const classes = this.#oneHot(labeled);
    const lossLabeled = this.#optimizedD.minimize(
      () => labeledLoss(this.#D(x, { rng }).logits, classes),
      rate,
    );
    return { lossLabeled };
  }

  /** A step of G against the updated D. */
  #generatorStep({ matched }: Batches, rng: Xoshiro, { rate, adjustment }: Update): Scalar {
    const z = this.#drawnLatents(rng);
    const noisy = (x: Tensor4D) => this.#noisy(x, adjustment, rng);
    const target = matched ? this.#D(noisy(this.#pictures(matched)), { rng }).features : undefined;
    return this.#optimizedG.minimize(() => {
      const made = this.#D(noisy(this.#G(z, 'training')), { rng });
      return generatorLoss(this.#settings, made, target);
    }, rate);
  }

  /** With instance noise. */
  #noisy(x: Tensor4D, { instanceNoise: share = 0 }: Partial<Adjustment>, rng: Xoshiro): Tensor4D {
    return instanceNoise(x.shape, share * (255 / SCALES[this.#settings.network].range), rng)(x);
  }

  #realTarget({ realTarget = 1 }: Partial<Adjustment>): number {
    return Math.min(realTarget, this.#settings.realTarget);
  }

  discriminatorLead(
    { lossUnlabeled }: Readonly<Record<string, number>>,
    adjustment: Partial<Adjustment> = {},
  ): number | undefined {
    return lossUnlabeled === undefined
      ? undefined
      : discriminatorLead(lossUnlabeled, this.#realTarget(adjustment));
  }

  #G(z: Tensor2D, mode: Mode | 'initializing'): Tensor4D {
    const reference = this.#reference as Tensor2D | undefined;
    return generator(this.#generator, { settings: this.#settings, form: this.#form }, z, { reference, mode });
  }

  #D(x: Tensor4D, call: DiscriminatorCall = {}, parameters = this.#discriminator) {
    return discriminator(parameters, { settings: this.#settings, classes: this.#classes }, x, call);
  }

  /** [0, 1), as released; [−1, 1) for the ImageNet networks. */
  get latentBounds(): readonly [low: number, high: number] {
    return [this.#settings.network === 'imagenet128' ? -1 : 0, 1];
  }

  drawLatents(count: number, rng: Xoshiro): Float32Array {
    return rng.uniform(count * this.latentWidth, ...this.latentBounds);
  }

  #drawnLatents(rng: Xoshiro): Tensor2D {
    return this.#latents(this.drawLatents(this.#settings.batchSize, rng));
  }

  #latents(z: Float32Array): Tensor2D {
    return tensor2d(z, [z.length / this.latentWidth, this.latentWidth]);
  }

  #pictures(batch: PictureBatch): Tensor4D {
    return toNetworkScale(batch.pixels, this.#form, SCALES[this.#settings.network]);
  }

  #oneHot({ labels }: PictureBatch): Tensor2D {
    return oneHotLabels(labels, this.#classes);
  }

  generate({ z }: Latents): Tensor4D {
    return tidy(() => this.generateFrom(this.#latents(z)));
  }

  generateFrom(z: Tensor2D): Tensor4D {
    return tidy(() => toPixelScale(this.#G(z, 'sampling'), SCALES[this.#settings.network]));
  }

  /** Test error of D as a classifier, with the mean of its weights, as released, and with the last weights. */
  async measure(pictures: MeasurePictures): Promise<Readonly<Record<string, number>>> {
    if (this.#classes === 1) return {};
    return measureTestError(pictures, this.#settings.batchSize, {
      testError: this.#classifier(this.#mean()),
      testErrorLastWeights: this.#classifier(this.#discriminator),
    });
  }

  /** How often D, with the mean of its weights, contradicts itself under two draws of its noise and dropout, the same ones at each score. */
  async #disagreement(pictures: MeasurePictures): Promise<Readonly<Record<string, number>>> {
    const rng = new Xoshiro(rngFor(this.#seed, VALIDATION_NOISE).uint32());
    const classify = this.#classifier(this.#mean(), { rng });
    return { disagreement: await measureDisagreement(pictures, this.#settings.batchSize, classify) };
  }

  #classifier(parameters: Parameters, call: DiscriminatorCall = {}) {
    return (batch: PictureBatch) => this.#D(this.#pictures(batch), call, parameters).logits;
  }

  #mean(): Parameters {
    return Parameters.over(this.#meanWeights.averages, this.#discriminator.buffers);
  }

  dispose(): void {
    this.#optimizedG.dispose();
    this.#optimizedD.dispose();
    this.#meanWeights.dispose();
    this.#reference?.dispose();
  }
}
