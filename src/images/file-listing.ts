import type { ImageEntry } from './image-source.js';
import type { PicturePlace } from './workers/picture-place.js';

/** Pictures as a listing found them, in code-point order of their ids. */
export interface FileListing {
  readonly entries: readonly ImageEntry[];
  /** Where the bytes of an entry are; called only after `prepare`. */
  readonly place: (index: number) => PicturePlace;
  readonly classNames?: readonly string[];
  readonly warnings: readonly string[];
  /** The split that was taken, where the input has some: its name, or `all`. */
  readonly split?: string;
  /** The column that was asked for, where the labels are from a column. */
  readonly labelColumn?: string;
  /** How many pictures there were, of which a random subset was drawn. */
  readonly drawnFrom?: number;
  /** What must be done before the first picture can be read (unpacking an array). */
  readonly prepare?: (signal?: AbortSignal) => Promise<void>;
  /** Frees what `prepare` took. */
  readonly close?: () => Promise<void>;
}
