/** Forms of input whose pictures a generator makes: their digests are of how they are made. */
export const MADE_KINDS = ['generator', 'training-run'] as const;

/** Whether the pictures of a source of this kind are made by a generator. */
export function isMadeKind(kind: string): boolean {
  return MADE_KINDS.some((made) => made === kind);
}

/** How pictures are drawn from a generator, as a result says it. */
export interface DrawnFromGenerator {
  /** SHA-256 of its file, and of weights in files beside it; of the checkpoint for a run of `ganeval train`. */
  readonly sha256: string;
  /** What latents are drawn from, with their sides: `normal:128`. */
  readonly latent?: string;
  /** How classes are given to the pictures, where it takes classes: each in turn, or drawn by the seed. */
  readonly classDraw?: 'balanced' | 'random';
}

/** Pixels of a picture, RGB [height, width, 3], 0–255: bytes, or numbers that its generator gave and that nobody has rounded or clamped. */
export type UnroundedPixels = Uint8Array | Float32Array;

/** A picture and the one that its generator makes a step away in latent space. */
export interface PicturePair {
  /** Index of the first one in its source. */
  readonly index: number;
  readonly a: UnroundedPixels;
  readonly b: UnroundedPixels;
}

/** How long a step is, as a part of the way to another latent, and on which curve it goes. */
export interface PathStep {
  /** Above 0 and at most 1. */
  readonly epsilon: number;
  /** The straight line, the arc between the directions, or that arc on the unit sphere, by torch-fidelity's names. */
  readonly interpolation: 'lerp' | 'slerp_any' | 'slerp_unit';
}

/** What a source can give beside its pictures where a generator makes them. */
export interface LatentPaths {
  /** Everything that decides what its pairs are, but for the step; part of cache keys. */
  readonly identity: string;
  /** Of all pictures, in pixels. */
  readonly width: number;
  readonly height: number;
  /**
   * Makes pairs.
   *
   * @param indices of pictures, from 0
   * @param step how far the second picture of each pair is from the first
   * @param signal ends it
   * @returns pairs in the order of `indices`
   * @throws {ImagesError} for a picture that can't be used
   */
  pairs(indices: Iterable<number>, step: PathStep, signal?: AbortSignal): AsyncIterable<PicturePair>;
}
