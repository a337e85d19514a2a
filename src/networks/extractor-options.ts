import type { PrecisionName } from '../core/precision-names.js';
import type { DeviceChoice } from '../devices/device-choices.js';
import type { Downsample } from './preprocessing/preprocess.js';

/** How a network is opened for extraction. */
export interface ExtractorOptions {
  /** Take out detail above this many pixels a side first; undefined leaves pictures as they are. */
  readonly reduceTo?: number;
  /** How `reduceTo` reduces. */
  readonly downsample: Downsample;
  readonly device?: DeviceChoice;
  /** What the network computes in; its preprocessing is in float32. @default 'float32' */
  readonly precision?: PrecisionName;
  /** Threads inside one operator; undefined lets the runtime choose. */
  readonly threads?: number;
  /** Folder of the cache, in which it is kept what devices can do. @default the system's place for caches */
  readonly cacheDir?: string;
}

/** What is run through an extractor. */
export interface ExtractorJob {
  /** How many pictures; decides where they run, under `auto`. @default nobody knows */
  readonly pictures?: number;
  readonly signal?: AbortSignal;
}
