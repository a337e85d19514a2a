import type { DeviceChoice } from '../../devices/device-choices.js';
import type { BackendChoice } from '../backend/training-backend.js';

/** Defaults of an inversion. */
export const INVERSION_DEFAULTS = {
  backend: 'auto',
  count: 100,
  networkSteps: 5000,
  batchSize: 100,
  networkRate: 1e-3,
  units: 1000,
  steps: 200,
  rate: 0.05,
  starts: 4,
  level: 0.95,
  checkpointMinutes: 5,
} as const;

/** How `invert` inverts. */
export interface InvertOptions {
  /** Folder of the inversion: the inference network, grids, latents, `inversion.json`. */
  readonly out: string;
  /** Pictures to invert, which the generator was not trained on: a folder, a manifest, an archive, or a part of a data set such as `mnist:test`. */
  readonly pictures: string;
  /** Pictures that it was trained on, to invert besides. @default none */
  readonly training?: string;
  /** Pictures of each set that are inverted, drawn by the seed. @default 100 */
  readonly count?: number;
  /** The class of all pictures, for a generator that takes classes. @default their labels, or the class that the network predicts */
  readonly className?: string;
  /** Leave labels aside: the inference network predicts each picture's class. @default false */
  readonly inferClasses?: boolean;
  /** Steps of the inference network's training. @default 5000 */
  readonly networkSteps?: number;
  /** Samples in such a step. @default 100 */
  readonly batchSize?: number;
  /** Learning rate of Adam there. @default 0.001 */
  readonly networkRate?: number;
  /** Units of each of the network's two hidden layers. @default 1000 */
  readonly units?: number;
  /** Steps of the descent on z. @default 200 */
  readonly steps?: number;
  /** Learning rate of Adam there. @default 0.05 */
  readonly rate?: number;
  /** Starts of the descent for each picture: the network's guess, and others that are drawn. @default 4 */
  readonly starts?: number;
  /** Integer in [0, 2^32). @default 2020 */
  readonly seed?: number;
  /** Take the folder's inference network, and train it on if it isn't trained yet. @default false */
  readonly resume?: boolean;
  /** Minutes from one checkpoint to the next. @default 5 */
  readonly checkpointMinutes?: number;
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
