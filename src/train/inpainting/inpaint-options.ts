import type { DeviceChoice } from '../../devices/device-choices.js';
import type { BackendChoice } from '../backend/training-backend.js';
import type { Box, MaskKind } from '../techniques/masks.js';

/** Defaults of completing pictures. */
export const INPAINTING_DEFAULTS = {
  backend: 'auto',
  count: 100,
  completions: 5,
  level: 0.95,
  mask: 'mixed',
} as const;

/** How `inpaint` completes pictures. */
export interface InpaintOptions {
  /** New folder for the grid, the completions and `inpainting.json`. */
  readonly out: string;
  /** Pictures: a folder, a manifest, an archive, or a part of a data set such as `mnist:test`. */
  readonly pictures: string;
  /** Which part is predicted: one kind, drawn by the seed for each picture. Give this or `box`. @default 'mixed' */
  readonly mask?: MaskKind;
  /** A rectangle that is predicted in every picture, in pixels of the run's pictures. */
  readonly box?: Box;
  /** Pictures that are completed, drawn by the seed; two or more. @default 100 */
  readonly count?: number;
  /** Completions of each, each with another z. @default 5 */
  readonly completions?: number;
  /** The class of all pictures, for a generator that takes classes. @default their labels */
  readonly className?: string;
  /** Integer in [0, 2^32). @default 2020 */
  readonly seed?: number;
  /** What tfjs computes with. @default 'auto' */
  readonly backend?: BackendChoice;
  /** Where ONNX Runtime computes. @default 'auto' */
  readonly device?: DeviceChoice;
  /** Threads of ONNX Runtime. @default all cores */
  readonly threads?: number;
  /** Folder with the official files of a data set, in place of a download. */
  readonly dataDir?: string;
  /** Folder of the cache. @default the user's cache folder */
  readonly cacheDir?: string;
}
