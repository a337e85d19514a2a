import {
  add,
  mul,
  oneHot,
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
  BatchWish,
  Latents,
  PictureBatch,
  PictureForm,
  StepPlace,
  Trainer,
} from '../adversarial/trainer.js';
import { Parameters } from '../layers/parameters.js';
import { WeightAverage } from '../optimizers/weight-average.js';
import { discriminatorLoss, generatorLoss } from './losses.js';
import { type Drop, discriminate, generate, keepAll, mustFit, type NetworkPlan, toneOf } from './networks.js';
import { computeMarginalLogits, computeTone, normalizeContrast, toUnitRange } from './pixels.js';
import { type Pace, Player } from './player.js';
import { momentumAt, rateAt } from './schedules.js';
import type { GanSettings } from './settings.js';
import { StepDropout } from './step-dropout.js';

/** Pictures whose mean G starts from: all of MNIST's. */
const FIRST_PICTURES = 50_000;

type Batches = Readonly<Record<string, PictureBatch>>;

/** What one step of D, and one of G, learns from. */
interface Minibatch {
  /** Pictures as D sees them. */
  readonly x: Tensor4D;
  readonly z: Tensor2D;
  /** One-hot classes of the pictures, and of the samples too; none where networks take no class. */
  readonly classes?: Tensor2D;
}

/** Algorithm 1 of the paper, with the dropout, the schedules and the joint update of the released code. */
export class GanTrainer implements Trainer {
  readonly wishes: Readonly<Record<'pictures', BatchWish>>;
  readonly firstWishes = { pictures: { size: FIRST_PICTURES } };
  readonly conditional: boolean;
  readonly latentWidth: number;
  readonly state: ReadonlyMap<string, Variable>;
  readonly #plan: NetworkPlan;
  readonly #generator: Player;
  readonly #discriminator: Player;
  /** Of G's weights, where samples are drawn with their mean. */
  readonly #average: WeightAverage | undefined;

  /** Throws UsageError for settings that don't fit the pictures. */
  constructor(settings: GanSettings, form: PictureForm, seed: number) {
    this.#plan = { settings, form };
    mustFit(this.#plan);
    this.wishes = { pictures: { size: settings.k * settings.batchSize } };
    this.conditional = settings.conditional;
    this.latentWidth = settings.latentWidth;
    const z = new Float32Array(this.latentWidth);
    this.#generator = new Player('generator', seed, (parameters) => {
      toneOf(this.#plan, parameters);
      return generate(this.#plan, parameters, this.#latents(z), this.#classes(Int32Array.of(0)));
    });
    const { size, channels } = form;
    const blank = new Uint8Array(size * size * channels);
    this.#discriminator = new Player('discriminator', seed, (parameters) =>
      discriminate(this.#plan, parameters, this.#seen(blank), keepAll, this.#classes(Int32Array.of(0))),
    );
    const { learnt } = this.#generator.parameters;
    if (settings.averageDecay > 0) this.#average = new WeightAverage(learnt, settings.averageDecay);
    const averages = [...(this.#average?.averages ?? [])].map(
      ([key, each]) => [`generator/mean/${key}`, each] as const,
    );
    this.state = new Map([...this.#generator.state, ...averages, ...this.#discriminator.state]);
  }

  /** G starts from the mean of the pictures. Of pictures whose contrast is normalized the tone is noted, for samples. */
  async initialize({ pictures: { pixels, labels } }: Batches): Promise<void> {
    const { learnt } = this.#generator.parameters;
    tidy(() => {
      const tone = toneOf(this.#plan, this.#generator.parameters);
      if (tone) {
        const { brightness, contrast } = computeTone(pixels, labels.length);
        tone.brightness.assign(tensor1d([brightness]));
        tone.contrast.assign(tensor1d([contrast]));
      } else {
        const bias = learnt.get('y.bias') as Variable;
        bias.assign(tensor(computeMarginalLogits(pixels, labels.length), bias.shape));
      }
    });
  }

  step({ pictures }: Batches, draws: Xoshiro, place: StepPlace): Readonly<Record<string, Scalar>> {
    const { k, loss } = this.#plan.settings;
    return tidy(() => {
      const pace = this.#pace(place);
      for (let i = 0; ; i++) {
        const { x, z, classes } = this.#minibatch(pictures, i, draws);
        const dropout = new StepDropout(draws);
        const onData = () => this.#D(x, dropout.of('data'), classes);
        const onSamples = () => this.#D(this.#G(z, classes), dropout.of('samples'), classes);

        const ofD = this.#discriminator.slope(() => discriminatorLoss(onData(), onSamples()));
        if (i < k - 1) {
          dropout.dispose();
          this.#discriminator.move(ofD, pace);
          continue;
        }
        // The last of k steps of D goes together with the step of G: both start from the same D.
        const ofG = this.#generator.slope(() => generatorLoss(onSamples(), loss));
        dropout.dispose();
        this.#discriminator.move(ofD, pace);
        this.#generator.move(ofG, pace);
        this.#average?.follow(place.step);
        return { lossD: ofD.value, lossG: ofG.value };
      }
    });
  }

  #pace({ step, stepsPerEpoch }: StepPlace): Pace {
    const { settings } = this.#plan;
    return {
      rate: scalar(rateAt(step, settings)),
      momentum: scalar(momentumAt(Math.floor(step / stepsPerEpoch), settings)),
      columnNorm: settings.columnNorm,
    };
  }

  /** The `i`th of the k minibatches of a step. */
  #minibatch({ pixels, labels }: PictureBatch, i: number, draws: Xoshiro): Minibatch {
    const { batchSize, k } = this.#plan.settings;
    const width = pixels.length / (k * batchSize);
    const own = <A extends Uint8Array | Int32Array>(all: A, each: number) =>
      all.subarray(i * batchSize * each, (i + 1) * batchSize * each) as A;
    return {
      x: this.#seen(own(pixels, width)),
      z: this.#latents(this.drawLatents(batchSize, draws)),
      classes: this.#classes(own(labels, 1)),
    };
  }

  #G(z: Tensor2D, classes?: Tensor2D, parameters = this.#generator.parameters): Tensor4D {
    return generate(this.#plan, parameters, z, classes);
  }

  #D(x: Tensor4D, drop: Drop, classes?: Tensor2D): Tensor2D {
    return discriminate(this.#plan, this.#discriminator.parameters, x, drop, classes);
  }

  drawLatents(count: number, draws: Xoshiro): Float32Array {
    const length = count * this.latentWidth;
    const bound = Math.sqrt(3);
    return this.#plan.settings.latent === 'uniform'
      ? draws.uniform(length, -bound, bound)
      : draws.normal(length);
  }

  /**
   * Samples of G as it stands, or of the mean of its weights. Where D sees pictures without their own mean and contrast, all samples get the mean brightness
   * and contrast of the training pictures; the paper's figures scale them by the greatest value in the figure instead.
   */
  generate({ z, classes }: Latents): Tensor4D {
    return tidy(() => {
      const own = this.#generator.parameters;
      const parameters = this.#average ? Parameters.over(this.#average.averages, own.followed) : own;
      const made = this.#G(this.#latents(z), this.#classes(classes), parameters);
      const tone = toneOf(this.#plan, parameters);
      return tone ? add(mul(made, tone.contrast), tone.brightness) : mul(made, 255);
    });
  }

  #latents(z: Float32Array): Tensor2D {
    return tensor2d(z, [z.length / this.latentWidth, this.latentWidth]);
  }

  /** uint8 pixels as D sees them. */
  #seen(pixels: Uint8Array): Tensor4D {
    const { size, channels } = this.#plan.form;
    const count = pixels.length / (size * size * channels);
    const seen =
      this.#plan.settings.pixels === 'unit' ? toUnitRange(pixels) : normalizeContrast(pixels, count);
    return tensor4d(seen, [count, size, size, channels]);
  }

  #classes(labels: Int32Array | undefined): Tensor2D | undefined {
    if (!this.conditional || !labels) return undefined;
    return oneHot(tensor1d(labels, 'int32'), this.#plan.form.classNames.length, 1, 0, 'float32') as Tensor2D;
  }

  dispose(): void {
    this.#generator.dispose();
    this.#discriminator.dispose();
    this.#average?.dispose();
  }
}
