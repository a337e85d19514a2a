import {
  add,
  concat,
  keep,
  mul,
  neg,
  oneHot,
  type Scalar,
  scalar,
  split,
  type Tensor2D,
  type Tensor4D,
  tensor1d,
  tensor2d,
  tidy,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import { Xoshiro } from '../../tfjs-backend/xoshiro.js';
import type {
  BatchWish,
  Latents,
  MeasurePictures,
  PictureBatch,
  PictureForm,
  StepPlace,
  Trainer,
} from '../adversarial/trainer.js';
import type { Mode } from '../layers/layers.js';
import { Parameters } from '../layers/parameters.js';
import { drawsFor } from '../loop/draws.js';
import { WeightAverage } from '../optimizers/weight-average.js';
import { featureMatchingLoss } from '../techniques/feature-matching.js';
import { sourceLoss } from '../techniques/label-smoothing.js';
import { labeledLoss, sourceLogits } from '../techniques/semi-supervised-loss.js';
import { type DiscriminatorRun, discriminator } from './discriminator.js';
import { generator } from './generator.js';
import { chooseLabeledRows } from './labeled-rows.js';
import { measureTestError } from './measure-test-error.js';
import { Player } from './player.js';
import { toNetworkScale, toPixelScale } from './scale.js';
import { type ImprovedSettings, rateAt } from './settings.js';
import { mustFit } from './validate-settings.js';

/** What first values are drawn for. */
const FIRST_VALUES = 1;
/** Pictures that weight normalization starts from, as released. */
const FIRST_PICTURES = 500;

type Batches = Readonly<Record<string, PictureBatch>>;
type Losses = Readonly<Record<string, Scalar>>;

/**
 * The training of Salimans et al. 2016. The discriminator tells the K classes of real pictures and a generated picture from each
 * other (section 5):
 *
 *     D minimizes  −E log p(y | x, y ≤ K)  over labeled pictures
 *                  − ½·E log D(x) − ½·E log(1 − D(G(z)))  over unlabeled and generated ones, with D = Z/(Z + 1)
 *     G minimizes  the distance of mean features of D, or a loss of D(G(z))
 *
 * with the techniques of section 3 as the settings have them.
 */
export class ImprovedTrainer implements Trainer {
  readonly wishes: Readonly<Record<string, BatchWish>>;
  readonly firstWishes = { first: { size: FIRST_PICTURES } };
  readonly conditional = false;
  readonly latentWidth: number;
  readonly state: ReadonlyMap<string, Variable>;
  readonly #settings: ImprovedSettings;
  readonly #form: PictureForm;
  /** K; 1 where no labels are used, which is the usual discriminator. */
  readonly #classes: number;
  readonly #generator: Parameters;
  readonly #discriminator: Parameters;
  /** Latents of the reference batch of virtual batch normalization. */
  readonly #reference: Variable | undefined;
  readonly #playerG: Player;
  readonly #playerD: Player;
  readonly #meanWeights: WeightAverage;

  /** Throws UsageError for settings that don't fit the pictures. */
  constructor(
    settings: ImprovedSettings,
    form: PictureForm,
    seed: number,
    labels: Int32Array = new Int32Array(0),
  ) {
    mustFit(settings, form);
    const { latentWidth, batchSize, labelsPerClass, normalization } = settings;
    this.#settings = settings;
    this.#form = form;
    this.#classes = labelsPerClass > 0 ? form.classNames.length : 1;
    this.latentWidth = latentWidth;
    const rows = chooseLabeledRows(labels, labelsPerClass, seed);
    this.wishes = {
      // Wanted where only labeled pictures are used too, so that an epoch has as many steps as in the run to compare with.
      unlabeled: { size: batchSize },
      ...(labelsPerClass > 0 ? { labeled: { size: batchSize, rows } } : {}),
      ...(this.#matches() ? { matched: { size: batchSize } } : {}),
    };
    const draws = new Xoshiro(drawsFor(seed, FIRST_VALUES).uint32());
    this.#reference =
      normalization === 'virtual'
        ? variable(this.#latents(this.drawLatents(batchSize, draws)), false)
        : undefined;
    this.#generator = new Parameters(draws);
    this.#discriminator = new Parameters(draws);
    // The first call of a network makes its variables.
    tidy(() => this.#D(this.#G(this.#latents(new Float32Array(latentWidth)), 'sampling')).logits);
    this.#playerG = new Player('generator', this.#generator, settings);
    this.#playerD = new Player('discriminator', this.#discriminator, settings);
    this.#meanWeights = new WeightAverage(this.#discriminator.learnt, settings.averageDecay);
    this.state = new Map([
      ...this.#playerG.state,
      ...this.#playerD.state,
      ...[...this.#meanWeights.averages].map(([key, each]) => [`discriminator/mean/${key}`, each] as const),
      ...(this.#reference ? ([['generator/reference', this.#reference]] as const) : []),
    ]);
  }

  /** Data-dependent first scales and shifts: each unit of a weight-normalized layer starts with mean 0 and a deviation of its own. */
  async initialize({ first }: Batches, draws: Xoshiro): Promise<void> {
    tidy(() => {
      this.#G(this.#drawnLatents(draws), 'initializing');
      this.#D(this.#pictures(first), { draws, pass: 'initializing' });
    });
  }

  step(batches: Batches, draws: Xoshiro, place: StepPlace): Losses {
    return tidy(() => {
      const { labeledOnly, generatorSteps } = this.#settings;
      const rate = scalar(rateAt(this.#settings, place));
      const losses = labeledOnly
        ? this.#learnLabels(batches, draws, rate)
        : this.#learnToJudge(batches, draws, rate);
      this.#meanWeights.follow(place.step);
      if (labeledOnly) return losses;
      let lossG = this.#learnToGenerate(batches, draws, rate);
      for (let i = 1; i < generatorSteps; i++) lossG = this.#learnToGenerate(batches, draws, rate);
      return { ...losses, lossG };
    });
  }

  /** A step of D on labeled, unlabeled and generated pictures, which go through it side by side. */
  #learnToJudge({ labeled, unlabeled }: Batches, draws: Xoshiro, rate: Scalar): Losses {
    const { batchSize, realTarget, unlabeledWeight } = this.#settings;
    const fake = this.#G(this.#drawnLatents(draws), 'training');
    const real = this.#pictures(unlabeled);
    const known = labeled ? [this.#pictures(labeled)] : [];
    const all = [real, fake, ...known];
    const losses: Record<string, Scalar> = {};
    this.#playerD.minimize(() => {
      const sets = all.map(() => batchSize);
      const { logits } = this.#D(concat(all, 0), { draws, sets });
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

  /** A step of D as a classifier of the labeled pictures, which the semi-supervised one is compared with. */
  #learnLabels({ labeled }: Batches, draws: Xoshiro, rate: Scalar): Losses {
    const x = this.#pictures(labeled);
    const classes = this.#oneHot(labeled);
    const lossLabeled = this.#playerD.minimize(
      () => labeledLoss(this.#D(x, { draws }).logits, classes),
      rate,
    );
    return { lossLabeled };
  }

  /** A step of G against D as it has become. */
  #learnToGenerate({ matched }: Batches, draws: Xoshiro, rate: Scalar): Scalar {
    const z = this.#drawnLatents(draws);
    const wanted = matched ? this.#D(this.#pictures(matched), { draws }).features : undefined;
    return this.#playerG.minimize(() => {
      const { features, logits } = this.#D(this.#G(z, 'training'), { draws });
      return wanted ? this.#distance(wanted, features) : this.#lossOfSource(logits);
    }, rate);
  }

  #matches(): boolean {
    return this.#settings.generatorLoss.startsWith('feature-matching') && !this.#settings.labeledOnly;
  }

  #distance(real: Tensor2D, fake: Tensor2D): Scalar {
    const { generatorLoss } = this.#settings;
    return featureMatchingLoss(real, fake, generatorLoss === 'feature-matching' ? 'squared' : 'absolute');
  }

  #lossOfSource(logits: Tensor2D): Scalar {
    const { generatorLoss, generatorTarget } = this.#settings;
    const source = sourceLogits(logits);
    return generatorLoss === 'minimax' ? neg(sourceLoss(source, 0)) : sourceLoss(source, generatorTarget);
  }

  #G(z: Tensor2D, mode: Mode | 'initializing'): Tensor4D {
    const reference = this.#reference as Tensor2D | undefined;
    return generator(this.#generator, this.#settings, this.#form, { z, reference }, mode);
  }

  #D(x: Tensor4D, run: DiscriminatorRun = {}, parameters = this.#discriminator) {
    return discriminator(parameters, this.#settings, this.#classes, x, run);
  }

  /** Even over [0, 1), as released; over [−1, 1) for the ImageNet networks. */
  drawLatents(count: number, draws: Xoshiro): Float32Array {
    return draws.uniform(count * this.latentWidth, this.#settings.network === 'imagenet128' ? -1 : 0, 1);
  }

  #drawnLatents(draws: Xoshiro): Tensor2D {
    return this.#latents(this.drawLatents(this.#settings.batchSize, draws));
  }

  #latents(z: Float32Array): Tensor2D {
    return tensor2d(z, [z.length / this.latentWidth, this.latentWidth]);
  }

  #pictures(batch: PictureBatch): Tensor4D {
    return toNetworkScale(this.#settings.network, batch, this.#form);
  }

  #oneHot({ labels }: PictureBatch): Tensor2D {
    return oneHot(tensor1d(labels, 'int32'), this.#classes, 1, 0, 'float32') as Tensor2D;
  }

  generate({ z }: Latents): Tensor4D {
    return tidy(() => toPixelScale(this.#settings.network, this.#G(this.#latents(z), 'sampling')));
  }

  /** The share of other pictures whose class D gets wrong, by the mean of its weights, as released, and by the last ones. */
  async measure(pictures: MeasurePictures): Promise<Readonly<Record<string, number>>> {
    if (this.#classes === 1) return {};
    const mean = Parameters.over(this.#meanWeights.averages, this.#discriminator.followed);
    const judge = (parameters: Parameters) => (batch: PictureBatch) =>
      this.#D(this.#pictures(batch), {}, parameters).logits;
    return measureTestError(pictures, this.#settings.batchSize, {
      testError: judge(mean),
      testErrorLastWeights: judge(this.#discriminator),
    });
  }

  dispose(): void {
    this.#playerG.dispose();
    this.#playerD.dispose();
    this.#meanWeights.dispose();
    this.#reference?.dispose();
  }
}
