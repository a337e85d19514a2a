import type { DeviceChoice } from '../../devices/device-choices.js';
import type { BackendChoice } from '../backend/training-backend.js';

/** Defaults of `classify`. */
export const CLASSIFY_DEFAULTS = { backend: 'auto', labelsPerClass: 10, draws: 10, level: 0.95 } as const;

/** What `classify` classifies. */
export interface ClassifyOptions {
  /** Pictures with labels, of which some are drawn: a folder of class folders, a manifest, an archive, or a part of a data set such as `mnist:train:0:50000`. */
  readonly pictures: string;
  /** Other pictures of the same classes, on which the error is measured; named in the same ways. */
  readonly test: string;
  /** Labels of each class that a classifier is given, two or more. @default 10 */
  readonly labelsPerClass?: number;
  /** Draws of labels, two or more. @default 10 */
  readonly draws?: number;
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
