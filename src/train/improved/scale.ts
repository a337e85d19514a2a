import { add, mul, type Tensor, type Tensor4D, tensor } from '@tensorflow/tfjs-core';
import type { PictureBatch, PictureForm } from '../adversarial/trainer.js';
import type { ImprovedSettings } from './settings.js';

/** Pixels p are (p − center)/range to the networks: what the last activation of the generator can make of them. */
const SCALES = {
  mnist: { center: 0, range: 255 },
  // As released; a tanh of 1 is pixel 255.5.
  cifar10: { center: 127.5, range: 128 },
  svhn: { center: 127.5, range: 127.5 },
  imagenet128: { center: 127.5, range: 127.5 },
} as const satisfies Record<ImprovedSettings['network'], { center: number; range: number }>;

/** Pictures as the discriminator takes them, float32 [n, size, size, channels]. */
export function toNetworkScale(
  network: ImprovedSettings['network'],
  { pixels }: PictureBatch,
  { size, channels }: PictureForm,
): Tensor4D {
  const { center, range } = SCALES[network];
  const scaled = new Float32Array(pixels.length);
  // Not `from` with a function, which takes ten times as long.
  for (let i = 0; i < pixels.length; i++) scaled[i] = (pixels[i] - center) / range;
  return tensor(scaled, [pixels.length / (size * size * channels), size, size, channels]);
}

/** What the generator makes, on 0–255. */
export function toPixelScale<X extends Tensor>(network: ImprovedSettings['network'], x: X): X {
  const { center, range } = SCALES[network];
  return add(mul(x, range), center);
}
