import type { ProfileName } from '../core/profile-names.js';
import type { Normalization, ResizeMethod } from './cards/card.js';
import type { NormalizationName } from './preprocessing/normalizations.js';

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
