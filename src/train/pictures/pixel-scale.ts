import { add, mul, type Tensor, type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';

/** How networks see pixels p of 0–255: as (p − center)/range. */
export interface PixelScale {
  /** The pixel value that becomes 0. */
  readonly center: number;
  /** The distance from the center that becomes 1. */
  readonly range: number;
}

/** Pixels over [−1, 1], the range of tanh. */
export const TANH_SCALE: PixelScale = { center: 127.5, range: 127.5 };

/** Pixels over [0, 1], the range of the sigmoid. */
export const SIGMOID_SCALE: PixelScale = { center: 0, range: 255 };

/**
 * Pixels as networks see them.
 *
 * @param pixels uint8 [N, size, size, channels], row-major, 0–255
 * @param form height and width in pixels, and channels
 * @param scale how pixels are scaled
 * @returns float32 [N, size, size, channels]
 */
export function toNetworkScale(
  pixels: Uint8Array,
  { size, channels }: { readonly size: number; readonly channels: number },
  { center, range }: PixelScale,
): Tensor4D {
  const scaled = new Float32Array(pixels.length);
  // A loop, since `Float32Array.from` with a function takes ten times as long.
  for (let i = 0; i < pixels.length; i++) scaled[i] = (pixels[i] - center) / range;
  return tensor4d(scaled, [pixels.length / (size * size * channels), size, size, channels]);
}

/**
 * The inverse of `toNetworkScale` for what a generator makes.
 *
 * @param x float32, on the scale of the networks
 * @param scale how pixels are scaled
 * @returns float32 of the same shape, on 0–255, neither rounded nor clipped
 */
export function toPixelScale<X extends Tensor>(x: X, { center, range }: PixelScale): X {
  return add(mul(x, range), center);
}
