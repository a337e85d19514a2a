import type { ImageSource } from '../images/image-source.js';
import type { ScoreOptions } from './options.js';

/**
 * Pictures: the path of anything that `openImages` opens, or a source that is open already. What is named by its path is opened and closed
 * by the run; an opened source stays open.
 */
export type PictureInput = string | ImageSource;

/** What is scored, and how. */
export interface ScoreInput extends Omit<ScoreOptions, 'reference' | 'validation'> {
  /** The generated pictures. */
  readonly samples: PictureInput;
  /** Real pictures, or the path of a statistics `.npz`. @default no reference */
  readonly reference?: PictureInput;
  /** Real pictures that are not in the reference, or the path of their statistics. @default none */
  readonly validation?: PictureInput;
}
