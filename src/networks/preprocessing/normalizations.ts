import type { Normalization } from '../cards/card.js';

/** Usual ranges of networks' inputs, by the names that users know them under. */
export const NORMALIZATIONS = {
  '[0,1]': { scale: 1 / 255, offset: 0 },
  '[-1,1]': { scale: 2 / 255, offset: -1 },
  '[0,255]': { scale: 1, offset: 0 },
  /** (x − 128)/128, as the Inception of 2015 takes pictures. */
  tf1: { scale: 1 / 128, offset: -1 },
  /** Mean (.485, .456, .406) and deviation (.229, .224, .225) of ImageNet in [0, 1], as torchvision's networks. */
  imagenet: {
    scale: [1 / (255 * 0.229), 1 / (255 * 0.224), 1 / (255 * 0.225)],
    offset: [-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225],
  },
  /** Mean and deviation of CLIP's pictures in [0, 1] (Radford et al. 2021). */
  clip: {
    scale: [1 / (255 * 0.26862954), 1 / (255 * 0.26130258), 1 / (255 * 0.27577711)],
    offset: [-0.48145466 / 0.26862954, -0.4578275 / 0.26130258, -0.40821073 / 0.27577711],
  },
} satisfies Record<string, Normalization>;

/** Name of a usual range. */
export type NormalizationName = keyof typeof NORMALIZATIONS;
