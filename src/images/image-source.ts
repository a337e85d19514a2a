import type { Inspections } from './inspections.js';
import type { Picture, PictureOutcome } from './picture.js';

/** One picture of a source, before it is read. */
export interface ImageEntry {
  /** Relative path with forward slashes (or row name), unique in the source. */
  readonly id: string;
  /** Class index into `classNames`, where the source has labels. */
  readonly label?: number;
}

/** What is known of a picture's content without decoding it. */
export interface Inspection {
  /** SHA-256 of the file's (or row's) bytes, lower-case hex. */
  readonly sha256: string;
  /** Size in pixels as it will be decoded (after EXIF orientation); 0 × 0 if the header cannot be read. */
  readonly width: number;
  readonly height: number;
}

export interface ReadOptions {
  readonly signal?: AbortSignal;
  /** Called as work goes on with the number of pictures done so far. */
  readonly onProgress?: (done: number) => void;
}

/**
 * A fixed, ordered set of pictures. Kinds of input end here: nothing after it knows whether pictures
 * came from a folder, a manifest or an archive.
 */
export interface ImageSource {
  /** What the user named it. */
  readonly name: string;
  readonly kind: string;
  /** In code-point order of their ids. */
  readonly entries: readonly ImageEntry[];
  /** Present when every entry has a label. */
  readonly classNames?: readonly string[];
  /** Half sentences about the input that a reader of the result should know. */
  readonly warnings: readonly string[];
  /** Changes whenever the same files would decode to other pixels (alpha mode, decoder version). Part of cache keys. */
  readonly decoding: string;
  /**
   * Reads every file once: digests and sizes, in order of `entries`.
   *
   * @throws {ImagesError} naming files that cannot be read
   */
  inspect(options?: ReadOptions): Promise<Inspections>;
  /** Decodes the pictures at `indices` ahead of the consumer, and yields them in that order. */
  pictures(indices: Iterable<number>, options?: ReadOptions): AsyncIterable<PictureOutcome>;
  /** Decodes one picture; throws ImagesError if it is bad. */
  picture(index: number): Promise<Picture>;
  /** Stops worker threads. */
  close(): Promise<void>;
}
