import type { ProfileName } from '../core/profile-names.js';
import type { Normalization, ResizeMethod } from './cards/card.js';

/** Usual ranges of networks' inputs, by the names that users know them under. */
export const NORMALIZATIONS = {
  '[0,1]': { scale: 1 / 255, offset: 0 },
  '[-1,1]': { scale: 2 / 255, offset: -1 },
  '[0,255]': { scale: 1, offset: 0 },
  /** (x − 128)/128, the 2015 Inception's. */
  tf1: { scale: 1 / 128, offset: -1 },
  /** Mean (.485, .456, .406) and deviation (.229, .224, .225) of ImageNet in [0, 1], as torchvision's networks. */
  imagenet: {
    scale: [1 / (255 * 0.229), 1 / (255 * 0.224), 1 / (255 * 0.225)],
    offset: [-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225],
  },
} satisfies Record<string, Normalization>;

export type NormalizationName = keyof typeof NORMALIZATIONS;

/** How a network is fed and read, said by its user. Each wins over the card beside the file. */
export interface NetworkOptions {
  /** Height and width of the input in pixels. */
  readonly inputSize?: number;
  readonly normalize?: NormalizationName | Normalization;
  readonly resize?: ResizeMethod;
  /** How a network is fed whose card leaves that to the run. */
  readonly profile?: ProfileName;
  /** Name of the output that FID and KID compare. */
  readonly featuresOutput?: string;
  /** Name of the output with class scores before softmax. */
  readonly logitsOutput?: string;
  /** One name per column of the logits. */
  readonly classes?: readonly string[];
}
