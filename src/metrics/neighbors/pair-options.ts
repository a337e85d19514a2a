import type { DeviceChoice } from '../../devices/device-choices.js';

/** How pairs of rows are compared. Neither the size of the blocks nor the threads change what is found. */
export interface PairOptions {
  readonly device: DeviceChoice;
  /** Threads of the runtime; undefined lets it choose. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Called with the share of all pairs that are done. */
  readonly onProgress?: (fraction: number) => void;
  /** Rows of the blocks that are compared at a time. @default as many as fit in 8 MB, at most 1024 */
  readonly blockRows?: number;
}
