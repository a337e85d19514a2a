import type { Inspections } from './inspections.js';
import type { DrawnFromGenerator, LatentPaths } from './latent-paths.js';
import type { Picture, PictureOutcome } from './picture.js';
import type { PictureReading } from './picture-reading.js';
import type { MemoryBudget } from './workers/memory-budget.js';

/** One picture of a source, before it is read. */
export interface ImageEntry {
  /** Relative path with forward slashes (or row name), unique in the source. */
  readonly id: string;
  /** Class index into `classNames`, where the source has labels. */
  readonly label?: number;
}

export interface ReadOptions {
  /** Ends the reading with its reason. */
  readonly signal?: AbortSignal;
  /** Called now and then with the number of pictures done so far. */
  readonly onProgress?: (done: number) => void;
}

/** How pictures are read. */
export interface PicturesOptions extends ReadOptions {
  /**
   * What the pictures must be: one whose bytes have another digest is an error, so that nothing is said of bytes that were not read.
   * @default what the last `inspect` found; without one, any bytes
   */
  readonly inspections?: Inspections;
}

/**
 * A fixed, ordered set of pictures. Nothing that takes one knows whether the pictures came from a folder, a table, an archive, an array
 * or memory. `openImages` and `imagesInMemory` make sources; a program may bring its own.
 *
 * @example
 * ```ts
 * const source = await openImages('./samples');
 * for await (const picture of source.pictures(source.entries.keys())) {
 *   if (picture.ok) console.log(source.entries[picture.index].id, picture.width, picture.height);
 * }
 * await source.close();
 * ```
 */
export interface ImageSource {
  /** What the user named it. */
  readonly name: string;
  /** The form of the input: "folder", "zip", "tar", "npz", "npy", "parquet", "arrow", "cifar", "idx", "manifest", "dataset", "generator", "training-run" or "memory". */
  readonly kind: string;
  /** In code-point order of their ids; rows of a table keep its order. */
  readonly entries: readonly ImageEntry[];
  /** Names of the classes, in order of the labels. Present if every entry has a label. */
  readonly classNames?: readonly string[];
  /** What a reader of the result should know about the input, as half sentences. */
  readonly warnings: readonly string[];
  /** The split that was taken, where the input is divided into splits: its name, or `all`. */
  readonly split?: string;
  /** How many pictures the input has, where these are a random subset of them. */
  readonly drawnFrom?: number;
  /**
   * Names the decoder, its version and its settings. It changes whenever the same files would decode to other pixels, and is part of
   * cache keys.
   */
  readonly decoding: string;
  /** How stored values are read, where that was stated. */
  readonly reading?: PictureReading;
  /** What its pictures may take in memory, where that is bounded; who holds pictures says so here. */
  readonly budget?: MemoryBudget;
  /** How its pictures are drawn, where a generator makes them. */
  readonly generator?: DrawnFromGenerator;
  /** What a generator gives beside its pictures, where one makes them. Their digests are then of how they are made, not of bytes. */
  readonly paths?: LatentPaths;
  /**
   * Reads every picture's bytes once.
   *
   * @param options signal and progress
   * @returns digests and sizes in pixels, in the order of `entries`
   * @throws {ImagesError} naming the files that cannot be read
   * @throws the signal's reason, if it is aborted
   */
  inspect(options?: ReadOptions): Promise<Inspections>;
  /**
   * Decodes pictures ahead of the consumer.
   *
   * @param indices positions in `entries`, from 0, in any order
   * @param options signal and progress
   * @returns the pictures in the order of `indices`; one that can't be decoded comes with the reason and does not stop the others
   * @throws {ImagesError} if a picture's bytes are not those of `inspections`
   * @throws {RangeError} for an index that is not in `entries`
   * @throws the signal's reason, if it is aborted
   */
  pictures(indices: Iterable<number>, options?: PicturesOptions): AsyncIterable<PictureOutcome>;
  /**
   * As `pictures`, several at a time, in as few steps as the source can give them: for who takes very many. A source may leave it out.
   *
   * @param indices positions in `entries`, from 0, in any order
   * @param options signal and progress
   * @returns the same outcomes in the same order, in runs of any length
   * @throws as `pictures`
   */
  runs?(indices: Iterable<number>, options?: PicturesOptions): AsyncIterable<readonly PictureOutcome[]>;
  /**
   * Decodes one picture.
   *
   * @param index position in `entries`, from 0
   * @returns uint8 RGB [height, width, 3], 0–255, with its size
   * @throws {ImagesError} if it can't be decoded, or its bytes are not those of the last `inspect`
   * @throws {RangeError} if the index is not in `entries`
   */
  picture(index: number): Promise<Picture>;
  /** Ends worker threads and removes temporary files. The source can't be used afterwards. */
  close(): Promise<void>;
}
