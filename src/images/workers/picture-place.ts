import { type ValueType, valueBytes } from '../decoding/values/scale-range.js';
import type { FilePath } from './read-file.js';

/** Where the bytes of a picture are: a file of its own, or a part of a larger one. Survives `postMessage`. */
export type PicturePlace = FilePath | FilePart | ZipPart | RawPart | AbsentPart;

/** A path, or the descriptor of a file that is open already (threads of one process share descriptors). */
export type ContainerFile = FilePath | number;

/** A part of a file, from `offset` on. */
export interface Part {
  readonly file: ContainerFile;
  readonly offset: number;
}

/** A picture file whose bytes are a part of another file, unchanged (in a tar archive). */
export interface FilePart extends Part {
  readonly kind: 'file';
  readonly bytes: number;
}

/** A picture file in a zip archive; `offset` is that of its local header. */
export interface ZipPart extends Part {
  readonly kind: 'zip';
  readonly isDeflated: boolean;
  /** In the archive. */
  readonly storedBytes: number;
  /** Unpacked. */
  readonly bytes: number;
  readonly crc32: number;
}

/** How the samples of a picture without a header stand. */
export interface RawLayout {
  readonly width: number;
  readonly height: number;
  /** Gray, RGB or RGBA. */
  readonly channels: 1 | 3 | 4;
  /**
   * Type of the samples, little-endian.
   * @default 'u1'
   */
  readonly type?: ValueType;
  /** Whether the red, the green and the blue plane follow each other, in place of interleaved samples. */
  readonly isPlanar: boolean;
}

/** Samples without a header. */
export interface RawPart extends Part {
  readonly kind: 'raw';
  readonly layout: RawLayout;
}

/** A row of a table that has no bytes; `offset` says nothing. */
export interface AbsentPart extends Part {
  readonly kind: 'absent';
  /** Half a sentence. */
  readonly reason: string;
}

/** A picture that has bytes. */
export type PresentPlace = Exclude<PicturePlace, AbsentPart>;

export function isPresent(place: PicturePlace): place is PresentPlace {
  return !isPart(place) || place.kind !== 'absent';
}

export function isPart(place: PicturePlace): place is FilePart | ZipPart | RawPart | AbsentPart {
  return typeof place === 'object' && 'kind' in place;
}

export function rawBytes({ width, height, channels, type = 'u1' }: RawLayout): number {
  return width * height * channels * valueBytes(type);
}
