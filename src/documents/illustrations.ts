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
  /** Why this class is shown: among the best or the worst by accuracy, whose pictures are most alike, or more alike than its real ones. */
  readonly reasons: readonly ('best' | 'worst' | 'alike' | 'more-alike')[];
  readonly accuracy?: number;
  readonly msssim?: number;
  /** MS-SSIM of the class's real pictures. */
  readonly realMsssim?: number;
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

/** Pictures of one class, or of a set without labels. */
export interface PictureGroup {
  /** Absent: of all classes. */
  readonly class?: string;
  readonly pictures: readonly ShownPicture[];
}

/** What of a class failed, in pictures. */
export interface FailedPictures {
  /** Absent: of all classes, where no single one failed. */
  readonly class?: string;
  readonly samples: readonly ShownPicture[];
  /** Real pictures of the same class; empty where there are none. */
  readonly reference: readonly ShownPicture[];
}

/** The pictures that a report shows beside the gate's verdict. */
export interface GateIllustrations {
  /** The classes that failed by most come first. */
  readonly failed: readonly FailedPictures[];
  /** Classes that failed too and have no pictures here. */
  readonly more: number;
  /** Why there are no pictures of a set, as sentences. */
  readonly missing: readonly string[];
}

/** The pictures of one set of a comparison, or why there are none, as a sentence. */
export type SetPictures = { readonly groups: readonly PictureGroup[] } | { readonly missing: string };

/** The pictures that a report shows beside a comparison. */
export interface ComparisonIllustrations {
  /** One for each result, in their order. */
  readonly sets: readonly SetPictures[];
}

/** One picture at falling resolutions. */
export interface ReducedPicture {
  /** Its id in the source. */
  readonly id: string;
  readonly class?: string;
  /** Of its own size first, then reduced and enlarged back. */
  readonly at: readonly { readonly resolution: number; readonly picture: ShownPicture }[];
}

/** The pictures that a report shows beside an ablation. */
export interface AblationIllustrations {
  /** One for each set, in their order; those beyond the first few are empty. */
  readonly sets: readonly (readonly ReducedPicture[])[];
}
