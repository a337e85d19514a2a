import type { DeviceChoice } from '../devices/device-choices.js';
import type { DrawnFromGenerator, MADE_KINDS, PathStep, UnroundedPixels } from '../images/latent-paths.js';
import type { Picture, PictureChange } from '../images/picture.js';
import type { PictureReading } from '../images/picture-reading.js';
import type { PictureLimits } from './picture-limits.js';

/** A picture as a generator made it, or why it can't be used: "holds values that are not finite". */
export type MadePicture =
  | (Pick<Picture, 'width' | 'height' | 'pixels'> & {
      readonly ok: true;
      readonly changes: readonly PictureChange[];
    })
  | { readonly ok: false; readonly reason: string };

/**
 * What makes pictures of latents: picture i follows from the generator, the seed, i and its class alone. Pictures are made a batch at a time,
 * and a batch always holds the same ones, so that rounding can't depend on which pictures are asked for.
 */
export interface Generator {
  /** What the user named it. */
  readonly name: string;
  /** The form of the input, as results name it. */
  readonly kind: (typeof MADE_KINDS)[number];
  /** Everything that decides what the pictures are. */
  readonly identity: string;
  /** What computes them; part of cache keys, as the pixels may differ in the last bit. */
  readonly computing: string;
  /** How many pictures are made. */
  readonly count: number;
  /** Pictures of a batch. */
  readonly batch: number;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** Present where the generator takes classes. */
  readonly classNames?: readonly string[];
  /** Class index of a picture, where there are classes. */
  readonly labelOf: (index: number) => number;
  /** As results say it. */
  readonly drawn: DrawnFromGenerator;
  /** How its values are read. */
  readonly reading?: PictureReading;
  /** What a reader of the result should know, as half sentences. */
  readonly warnings: readonly string[];
  /**
   * Makes a batch.
   *
   * @param first index of its first picture, a multiple of `batch`
   * @returns `batch` pictures; those after `count` are of no use
   * @throws {NetworkError} if the generator can't run, or gives pictures of another size
   */
  make(first: number): Promise<readonly MadePicture[]>;
  /**
   * As `make`, without rounding, of these pictures or of those a step away.
   *
   * @throws {ImagesError} for values that are not finite
   */
  makeUnrounded(first: number, step?: PathStep): Promise<readonly UnroundedPixels[]>;
  /** Frees the generator. */
  close(): Promise<void>;
}

/** How classes are given to the pictures of a generator: each in turn, or drawn by the seed. */
export const CLASS_DRAWS = ['balanced', 'random'] as const;
export type ClassDraw = (typeof CLASS_DRAWS)[number];

/** How pictures are drawn from any generator. */
export interface DrawOptions extends PictureLimits {
  /** How many pictures. */
  readonly count: number;
  /** Integer in [0, 2^32). */
  readonly seed: number;
  /** @default 'balanced' */
  readonly classDraw?: ClassDraw;
  readonly device?: DeviceChoice;
  readonly threads?: number;
}
