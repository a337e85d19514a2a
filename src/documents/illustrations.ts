import type { Thumbnail } from '../core/thumbnail.js';

/** A picture as a report shows it. */
export interface ShownPicture {
  /** Its id in the source: a relative path. */
  readonly id: string;
  readonly thumbnail: Thumbnail;
  /** The class that the classifier took it for, where that is not its own. */
  readonly takenFor?: string;
}

/** Pictures of one class, drawn by the seed. */
export interface ClassSheet {
  readonly class: string;
  /** Why this class is shown: among the best or the worst by accuracy, one whose pictures are most alike. */
  readonly reasons: readonly ('best' | 'worst' | 'alike')[];
  readonly accuracy?: number;
  readonly msssim?: number;
  readonly pictures: readonly ShownPicture[];
  /** Real pictures of the same class, where the reference has that class. */
  readonly reference: readonly ShownPicture[];
}

/** A sample and the real pictures nearest to it in feature space, nearest first. */
export interface NeighborRow {
  readonly sample: ShownPicture;
  readonly neighbors: readonly { readonly picture: ShownPicture; readonly distance: number }[];
}

/**
 * How near samples lie to reference pictures, beside how near reference pictures lie to one another: samples that were
 * copied from the reference lie nearer than real pictures do.
 */
export interface Neighbors {
  /** Samples that were drawn for this, and pictures of the reference that each was compared with. */
  readonly drawn: number;
  readonly referenceCount: number;
  /** Network whose features were compared. */
  readonly network: string;
  /** Median Euclidean distance of a sample to its nearest reference picture. */
  readonly medianToReference: number;
  /** The same of reference pictures to the nearest other one; absent where the reference has one picture. */
  readonly medianWithinReference?: number;
  /** Distance that `shareExpected` of the reference pictures fall below, and the share of the samples that do. */
  readonly threshold?: number;
  readonly shareExpected?: number;
  readonly shareBelow?: number;
  /** The samples that lie nearest, nearest first. */
  readonly rows: readonly NeighborRow[];
}

/** The pictures that a report shows beside a result; a report only lays them out. */
export interface Illustrations {
  /** Without labels, a draw of the samples. */
  readonly draw: readonly ShownPicture[];
  /** With labels, pictures of single classes. */
  readonly sheets: readonly ClassSheet[];
  /** Samples beside the real pictures nearest to them; absent without features of reference pictures. */
  readonly neighbors?: Neighbors;
  /** Samples whose file is byte for byte one of the reference; absent without reference pictures. */
  readonly exactCopies?: number;
}
