import type { PictureReading } from '../picture-reading.js';

/** What the user says of an input beside its path. */
export interface ListingOptions extends PictureReading {
  /** The split to take, where the input has several, or `all`. A listing that knows splits says which it took. */
  readonly split?: string;
  /** Where labels are from: folders alone, or nowhere, so that nothing need be read for them. @default what the input has */
  readonly labels?: LabelSource;
  /** The column of labels, where the input has a table of its own. A listing that read it says so. */
  readonly labelColumn?: string;
  /** A folder with more names in it is refused while it is read. @default no bound */
  readonly maxNames?: number;
}

/** The folders of an input, or nothing. */
export type LabelSource = 'folders' | 'none';
