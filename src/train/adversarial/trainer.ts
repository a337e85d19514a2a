import type { Scalar, Tensor4D, Variable } from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { Xoshiro } from '../../tfjs-backend/xoshiro.js';

/** Pictures of one size that networks are made for. */
export interface PictureForm {
  /** Height and width in pixels. */
  readonly size: number;
  readonly channels: 1 | 3;
  /** In the order of their indices; none where pictures have no labels. */
  readonly classNames: readonly string[];
}

/** Pictures of a step, as they are stored. */
export interface PictureBatch {
  /** uint8 [n, size, size, channels], 0–255. */
  readonly pixels: Uint8Array;
  /** Class indices; all 0 where pictures have no labels. */
  readonly labels: Int32Array;
}

/** What a trainer wants for each step: so many pictures, each set of rows gone through in a shuffled order of its own. */
export interface BatchWish {
  readonly size: number;
  /** The rows that are gone through; all if there are none. */
  readonly rows?: Int32Array;
}

/** Latents of samples, and their classes. */
export interface Latents {
  /** float32 [n, width]. */
  readonly z: Float32Array;
  /** Class indices, where the generator takes them. */
  readonly classes?: Int32Array;
}

/** How far a run is, for schedules. */
export interface StepPlace {
  /** Steps done before this one. */
  readonly step: number;
  /** Steps of the whole run. */
  readonly steps: number;
  /** Steps that go through the pictures once. */
  readonly stepsPerEpoch: number;
}

/**
 * One paper's algorithm, as the loop sees it, on tfjs's current backend. What a step does follows from the variables, the
 * batches, the draws and the place alone, so that a resumed run is the same run.
 */
export interface Trainer {
  /** Pictures wanted each step, by what they are for. The first tells the length of an epoch. */
  readonly wishes: Readonly<Record<string, BatchWish>>;
  /** Whether the generator takes a class. */
  readonly conditional: boolean;
  /** Everything that a step changes, by name: weights, optimizers' memory, running statistics. */
  readonly state: ReadonlyMap<string, Variable>;
  /** Numbers in each latent. */
  readonly latentWidth: number;

  /** Pictures wanted by `initialize`; fewer come where there are fewer. @default those of `wishes` */
  readonly firstWishes?: Readonly<Record<string, BatchWish>>;

  /** Once, before the first step of a new run, where first weights depend on pictures (weight normalization, reference batch). */
  initialize?(batches: Readonly<Record<string, PictureBatch>>, draws: Xoshiro): Promise<void>;

  /**
   * One step of the algorithm: appends its work to the graph and assigns variables, reads nothing. The loop flushes.
   * Returns what is shown and logged, such as losses, and shares under names that begin with accuracy; the caller disposes of them.
   *
   * @param draws all that is random in this step
   */
  step(
    batches: Readonly<Record<string, PictureBatch>>,
    draws: Xoshiro,
    place: StepPlace,
  ): Readonly<Record<string, Scalar>>;

  /** Latents of `count` samples. */
  drawLatents(count: number, draws: Xoshiro): Float32Array;

  /** Samples as float32 [n, size, size, channels] on the scale of pixels, 0–255, neither rounded nor clipped. No row depends on another. */
  generate(latents: Latents): Tensor4D;

  /** Numbers that only some papers measure, such as a test error, by name; asked for when samples are scored. */
  measure?(pictures: MeasurePictures): Promise<Readonly<Record<string, number>>>;

  dispose(): void;
}

/** Pictures that no step has seen, in batches of one size. */
export interface MeasurePictures {
  readonly count: number;
  batches(size: number): AsyncIterable<PictureBatch>;
}

/** What the command line needs of a family; it stands in a file that doesn't load tfjs. */
export interface FamilyFacts<Settings> {
  readonly name: string;
  /** For a person: "Generative Adversarial Nets (Goodfellow et al. 2014)". */
  readonly title: string;
  readonly presets: Readonly<Record<string, GanPreset<Settings>>>;
  /** Every setting with its default and its description: the command's flags, and what a checkpoint says of its networks. */
  readonly settings: z.ZodType<Settings>;
}

/** One paper's trainer with its presets, as `ganeval train <name>` has it. */
export interface Family<Settings> extends FamilyFacts<Settings> {
  /**
   * Makes networks with first weights that follow from the seed. Throws UsageError for settings that don't fit the pictures.
   *
   * @param labels those of all training pictures, in order, for trainers whose wishes choose rows by them; none to draw samples only
   */
  create(settings: Settings, form: PictureForm, seed: number, labels?: Int32Array): Trainer;
}

export interface GanPreset<Settings> {
  readonly description: string;
  /** The data set that is trained on if the user names no pictures. */
  readonly dataset?: 'mnist' | 'cifar10';
  /** How many of the data set's training pictures, from the first on. @default all */
  readonly trainingPictures?: number;
  readonly size: number;
  readonly channels: 1 | 3;
  readonly settings: Settings;
  /** Length of a run. */
  readonly epochs: number;
}
