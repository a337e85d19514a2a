import { mul, type Rank, type Tensor4D, tensor4d, zeros } from '@tensorflow/tfjs-core';
import type { PictureForm } from '../adversarial/trainer.js';
import type { KnownPart } from './networks.js';

type Form = Pick<PictureForm, 'size' | 'channels'>;

/** Share of the masks of a training that keep nothing: so the generator also makes whole pictures. */
export const BLANK_SHARE = 0.125;

/**
 * The part of pictures that a mask keeps.
 *
 * @param x pictures [N, size, size, channels] as D sees them
 * @param masks uint8 [N, size, size], 1 where a pixel is known
 */
export function keepKnown(x: Tensor4D, masks: Uint8Array): KnownPart {
  const [count, size] = x.shape;
  const mask = tensor4d(Float32Array.from(masks), [count, size, size, 1]);
  return { x: mul(x, mask), mask };
}

/** Nothing of `count` pictures. */
export function nothingKnown(count: number, { size, channels }: Form): KnownPart {
  return {
    x: zeros<Rank.R4>([count, size, size, channels]),
    mask: zeros<Rank.R4>([count, size, size, 1]),
  };
}

/**
 * The mean picture: what a part is predicted with where nothing was learned.
 *
 * @param pixels uint8 [count, d], 0–255
 * @returns float32 [d], 0–255
 */
export function meanPicture(pixels: Uint8Array, count: number): Float32Array {
  const width = pixels.length / count;
  const sums = new Float64Array(width);
  for (let i = 0; i < pixels.length; i++) sums[i % width] += pixels[i];
  return Float32Array.from(sums, (sum) => sum / count);
}
