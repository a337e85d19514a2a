import type { Scalar, Tensor, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { Xoshiro } from '../../tfjs-backend/xoshiro.js';
import type { ConditionKind } from '../conditions/condition-files.js';
import type { ConditionForm } from '../conditions/condition-form.js';
import type { TextTowerForm } from '../conditions/texts/tower-form.js';
import type { FeatureForm } from './features/feature-form.js';

/** The size and the classes of the pictures that networks are made for. */
export interface PictureForm {
  /** Height and width in pixels. */
  readonly size: number;
  /** 1 for gray, 3 for RGB. */
  readonly channels: 1 | 3;
  /** In the order of the class indices; empty where pictures have no labels. */
  readonly classNames: readonly string[];
  /** Where one class was chosen by its name among those of the pictures, and a GAN of it alone is meant. */
  readonly isOneChosen?: true;
  /** What is known of each picture beside its class. @default nothing */
  readonly conditions?: ConditionForm;
  /** What embedded the texts of pictures. @default they have no texts, or embeddings were given */
  readonly textTower?: TextTowerForm;
  /** Features of a pretrained network that the discriminator is given beside the picture. @default none */
  readonly features?: FeatureForm;
}

/** Pictures of a step, as they are stored. */
export interface PictureBatch {
  /** uint8 [N, size, size, channels], row-major, 0–255. */
  readonly pixels: Uint8Array;
  /** int32 [N], class indices; all 0 where pictures have no labels. */
  readonly labels: Int32Array;
  /** float32 [N, width], row-major, where the pictures' form has conditions: for each attribute 0 or 1. */
  readonly conditions?: Float32Array;
}

/** A batch that a trainer gets at each step. Each batch goes through its rows in a shuffled order of its own. */
export interface BatchSpec {
  /** Pictures in the batch. */
  readonly size: number;
  /** The pictures that it draws from. @default all */
  readonly rows?: Int32Array;
}

/** The generator's input. */
export interface Latents {
  /** float32 [N, latentWidth], row-major. */
  readonly z: Float32Array;
  /** int32 [N], class indices, where the generator takes them. */
  readonly classes?: Int32Array;
  /** float32 [N, width], row-major, as in a batch, where the generator takes conditions. */
  readonly conditions?: Float32Array;
}

/** What is changed in a training whose samples collapsed. */
export interface Adjustment {
  /** Factor on the generator's learning rate, in (0, 1]. */
  readonly generatorRate: number;
  /** Factor on the discriminator's learning rate, in (0, 1]. */
  readonly discriminatorRate: number;
  /** Standard deviation of Gaussian noise on all pictures that the discriminator sees, as a share of the range of pixels. */
  readonly instanceNoise: number;
  /** Target of the discriminator for real pictures, in (0, 1]; below 1 is one-sided label smoothing. */
  readonly realTarget: number;
}

/** How far a run is, for schedules. */
export interface StepPlace {
  /** Steps done before this one. */
  readonly step: number;
  /** Steps of the whole run. */
  readonly steps: number;
  /** Steps of one pass over the pictures. */
  readonly stepsPerEpoch: number;
  /** What a collapse has changed. @default nothing */
  readonly adjustment?: Adjustment;
}

/** A generator that predicts any part of pictures from the rest. */
export interface Inpainting {
  /** Mean of the training pictures on 0–255: float32 [size, size, channels]. */
  readonly mean: Tensor;

  /**
   * Completes pictures.
   *
   * @param latents with classes if the generator takes them
   * @param pixels uint8 [N, size, size, channels], of which only known ones are looked at
   * @param masks uint8 [N, size, size], 1 where a pixel is known and 0 where it is predicted
   * @returns float32 [N, size, size, channels] on 0–255, neither rounded nor clipped, with known pixels as they are
   */
  complete(latents: Latents, pixels: Uint8Array, masks: Uint8Array): Tensor4D;
}

/**
 * A GAN in training: its networks, and one step of its algorithm, on tfjs's current backend.
 *
 * @remarks
 * What a step does must follow from the variables, the batches, the random generator and the place alone, so that a resumed run is
 * the same run, to the bit. The loop (`trainGan`) reads batches, flushes the backend, and writes checkpoints, logs and samples.
 */
export interface Trainer {
  /** The batches of each step, by name. The first one decides the length of an epoch. */
  readonly batchSpecs: Readonly<Record<string, BatchSpec>>;
  /** The batches of `initialize`, which are smaller where there are fewer pictures. @default those of `batchSpecs` */
  readonly firstBatchSpecs?: Readonly<Record<string, BatchSpec>>;
  /** Whether the generator takes a class. */
  readonly conditional: boolean;
  /** Numbers in each latent. */
  readonly latentWidth: number;
  /** Completes pictures, where the generator was trained to. @default it does not */
  readonly inpainting?: Inpainting;
  /** The least and the greatest number that latents hold. @default without bounds */
  readonly latentBounds?: readonly [low: number, high: number];
  /** Everything that a step changes, by name: weights, the optimizers' state, running statistics. */
  readonly state: ReadonlyMap<string, Variable>;

  /**
   * Called once, before the first step of a new run, for first weights that depend on pictures.
   *
   * @param batches those of `firstBatchSpecs`
   * @param rng for everything that is random in it
   */
  initialize?(batches: Readonly<Record<string, PictureBatch>>, rng: Xoshiro): Promise<void>;

  /**
   * One step of the algorithm. It computes on the backend and assigns variables, and reads nothing back.
   *
   * @param batches those of `batchSpecs`
   * @param rng for everything that is random in this step
   * @param place how far the run is
   * @returns losses by name, which are logged; shares under names that begin with `accuracy`. The caller disposes of them
   */
  step(
    batches: Readonly<Record<string, PictureBatch>>,
    rng: Xoshiro,
    place: StepPlace,
  ): Readonly<Record<string, Scalar>>;

  /**
   * Draws latents.
   *
   * @param count N
   * @param rng for everything that is random in it
   * @returns float32 [N, latentWidth]
   */
  drawLatents(count: number, rng: Xoshiro): Float32Array;

  /**
   * Runs the generator. No sample may depend on the others.
   *
   * @param latents with classes if `conditional`
   * @returns float32 [N, size, size, channels] on 0–255, neither rounded nor clipped
   */
  generate(latents: Latents): Tensor4D;

  /**
   * Runs the generator as `generate` does, as a function of latents that gradients go through. A trainer that has it can be inverted.
   *
   * @param z float32 [N, latentWidth]
   * @param classes int32 [N], class indices, if `conditional`
   * @returns what `generate` returns
   */
  generateFrom?(z: Tensor2D, classes?: Int32Array): Tensor4D;

  /**
   * What the discriminator makes of pictures before its last layer, without dropout. A trainer that has it has features for a classifier.
   *
   * @param pixels uint8 [N, size, size, channels]
   * @returns float32 [N, features]
   */
  featuresOf?(pixels: Uint8Array): Tensor2D;

  /**
   * Numbers that only this GAN measures, such as a test error. Called when samples are scored.
   *
   * @param pictures that no step has seen
   * @returns values by name
   */
  measure?(pictures: MeasurePictures): Promise<Readonly<Record<string, number>>>;

  /**
   * Numbers that tell without labels how well this GAN classifies. Called when samples are scored, where pictures are held out. A trainer
   * that has it heeds `adjustment` of its steps' place, and can be ended by `--stop-early`, which goes by the value `disagreement`: less is
   * better.
   *
   * @param pictures that no step has seen; their labels are all 0
   * @returns values by name
   */
  validate?(pictures: MeasurePictures): Promise<Readonly<Record<string, number>>>;

  /**
   * How far the discriminator leads. A trainer that has it heeds `adjustment` of its steps' place, and can be trained with
   * `--on-collapse adjust`.
   *
   * @param losses means of what steps returned, by name
   * @param adjustment of these steps
   * @returns 0 where D can't tell real from generated pictures, 1 where it never errs; undefined where the losses don't say
   */
  discriminatorLead?(losses: Readonly<Record<string, number>>, adjustment?: Adjustment): number | undefined;

  /**
   * What the discriminator sees in pictures. A trainer that has it takes conditions.
   *
   * @param pixels uint8 [N, size, size, channels], row-major, 0–255
   * @returns float32 [N, width], laid out as conditions are: for each attribute its probability
   */
  seeConditions?(pixels: Uint8Array): Promise<Float32Array>;

  /**
   * Gives the trainer the network of its form's `features`, before the first step. A trainer that has it takes such forms; without the
   * network it draws samples alone.
   *
   * @param network features of pictures on 0–255, float32 [N, size, size, channels] to [N, width], with gradients for the pictures
   */
  useFeatures?(network: (pixels: Tensor4D) => Tensor2D): void;

  /** Disposes of all variables. */
  dispose(): void;
}

/** Pictures that no step has seen. */
export interface MeasurePictures {
  /** How many there are. */
  readonly count: number;
  /**
   * Reads all pictures, in batches.
   *
   * @param size pictures in a batch; the last one may be smaller
   * @returns the batches, in the order of the pictures
   */
  batches(size: number): AsyncIterable<PictureBatch>;
}

/** What the command line needs of a family. It is in a file that does not load tfjs. */
export interface FamilyFacts<Settings> {
  /** As checkpoints and the command line have it, such as `acgan`. */
  readonly name: string;
  /** For a person: "Generative Adversarial Nets (Goodfellow et al. 2014)". */
  readonly title: string;
  /** By name; the first one is the default. */
  readonly presets: Readonly<Record<string, GanPreset<Settings>>>;
  /** Every setting with its default and its description. */
  readonly settings: z.ZodType<Settings>;
  /** The kinds of conditions that it learns beside classes. @default none */
  readonly conditions?: readonly ConditionKind[];
  /** Whether its discriminator takes features of a pretrained network. @default false */
  readonly takesFeatures?: boolean;
}

/** A kind of GAN with its presets: what `trainGan` trains. */
export interface Family<Settings> extends FamilyFacts<Settings> {
  /**
   * Makes a trainer whose first weights follow from the seed.
   *
   * @param settings as the schema has them
   * @param form of the pictures
   * @param seed integer in [0, 2^32)
   * @param labels those of all training pictures, in order, for batch specs that choose rows by class; undefined to draw samples only
   * @returns the trainer, whose variables its `dispose` frees
   * @throws {UsageError} for settings that do not fit the pictures
   */
  create(settings: Settings, form: PictureForm, seed: number, labels?: Int32Array): Trainer;
  /**
   * Refuses what was asked for and the pictures don't have. Settings of a preset are not asked for.
   *
   * @param changes of the preset's settings, by name
   * @param labels class index of each training picture
   * @throws {UsageError} naming what there is
   */
  refuseChanges?(changes: Readonly<Record<string, unknown>>, labels: Int32Array): void;
}

/** What a family is trained on, and how. */
export interface GanPreset<Settings> {
  /** One line for a person: what is trained, on what. */
  readonly description: string;
  /** The data set that is trained on if the user names no pictures. */
  readonly dataset?: 'mnist' | 'cifar10' | 'svhn';
  /** How many of the data set's training pictures, from the first on. @default all */
  readonly trainingPictures?: number;
  /** Height and width in pixels, to which pictures are resized. */
  readonly size: number;
  /** 1 for gray, 3 for RGB. */
  readonly channels: 1 | 3;
  /** Every setting of the family. */
  readonly settings: Settings;
  /** Passes over the pictures. */
  readonly epochs: number;
}
