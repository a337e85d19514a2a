import { type PixelScale, SIGMOID_SCALE, TANH_SCALE } from '../pictures/pixel-scale.js';
import type { ImprovedSettings } from './settings.js';

/** The scale of each network's pictures: the range of the generator's last activation. */
export const SCALES: Readonly<Record<ImprovedSettings['network'], PixelScale>> = {
  mnist: SIGMOID_SCALE,
  // As released; a tanh of 1 is pixel 255.5.
  cifar10: { center: 127.5, range: 128 },
  svhn: TANH_SCALE,
  imagenet128: TANH_SCALE,
};
