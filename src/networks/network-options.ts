import type { ProfileName } from '../core/profile-names.js';
import type { NetworkCard, Normalization, ResizeMethod } from './cards/card.js';
import type { NormalizationName } from './preprocessing/normalizations.js';

/** How a network is fed and read, said by its user. Each wins over the card beside the file. */
export interface NetworkOptions {
  /** Height and width of the input in pixels. @default as the card or the file says */
  readonly inputSize?: number;
  /** From pixels of 0–255 to what the network takes: a name, or numbers for each channel. @default as the card says */
  readonly normalize?: NormalizationName | Normalization;
  /** How pictures of another size are resized. @default as the card says, or else 'bilinear' */
  readonly resize?: ResizeMethod;
  /** How a network is fed whose card leaves that to the run. */
  readonly profile?: ProfileName;
  /** Name of the output that FID and KID compare. @default as the card says */
  readonly featuresOutput?: string;
  /** Name of the output with class scores before softmax. @default as the card says */
  readonly logitsOutput?: string;
  /** One name per column of the logits. @default as the card says */
  readonly classes?: readonly string[];
  /**
   * What an output is whose name does not tell it: features of a model, or class scores of a classifier; or that the network shall compare
   * pairs of pictures. @default 'model'
   */
  readonly purpose?: 'model' | 'classifier' | 'pairs';
  /** Side in pixels that pictures are resized to before their middle is cut out. @default as the card says, or else the input's size */
  readonly resizeTo?: number;
  /** What becomes of pictures that are not square. @default as the card says, or else 'stretch' */
  readonly fit?: NetworkCard['input']['fit'];
  /** Where the middle begins if an odd number of pixels is left over. @default as the card says, or else 'floor' */
  readonly middle?: NetworkCard['input']['middle'];
}
