/**
 * How a decoded picture differs from its file, or what is to be known of its values; counted in the result. `12-of-16-bits` is a picture
 * stored in 16 bits a sample whose largest sample needs 12.
 */
export type PictureChange =
  | 'alpha-dropped'
  | 'alpha-composited'
  | 'gray-expanded'
  | 'bands-as-rgb'
  | 'first-frame'
  | 'first-page'
  | `${UsedBits}-of-16-bits`
  | ValueChange;

/** Bits that the largest sample of a picture needs, where 16 are stored. */
export type UsedBits = 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16;

/** What is to be known of the values of a picture that are numbers of a range, or bytes without a header. */
export type ValueChange = 'clamped' | 'none-above-1' | 'none-below-0' | 'only-0-and-1';

/** One decoded picture. */
export interface Picture {
  /** True, which a bad picture has as false. */
  readonly ok: true;
  /** Position in its source, from 0. */
  readonly index: number;
  /** In pixels, after the EXIF orientation. */
  readonly width: number;
  /** In pixels, after the EXIF orientation. */
  readonly height: number;
  /** uint8 RGB [height, width, 3], row-major, 0–255; a view into a buffer that may hold other pictures too. */
  readonly pixels: Uint8Array;
  /** How the pixels differ from what the file holds. */
  readonly changes: readonly PictureChange[];
}

/** A picture that could not be decoded. */
export interface BadPicture {
  /** False, which a decoded picture has as true. */
  readonly ok: false;
  /** Position in its source, from 0. */
  readonly index: number;
  /** A predicate without a subject: "is truncated". */
  readonly reason: string;
}

/** What decoding one picture gives: the picture, or why there is none. `ok` says which. */
export type PictureOutcome = Picture | BadPicture;

/** What is done with transparency: `drop` keeps the color under it as the field's tools do. */
export type AlphaMode = 'drop' | 'black' | 'white';

/** The values that stand for black and for white. */
export type ValueRange = '0..1' | '-1..1' | '0..255';

/** How stored values are meant where the file does not say. */
export interface ValueMeaning {
  /**
   * Bits that the samples of pictures stored in 16 bits use, from 8 to 16.
   * @default 16
   */
  readonly bitDepth?: number;
  /** The values for black and white in pictures stored as floating-point numbers; without it, those are bad. */
  readonly range?: ValueRange;
}

/** Largest picture by default, in pixels: 8192 × 8192, about 200 MB once decoded. libvips would stop at four times that. */
export const DEFAULT_PIXEL_LIMIT = 2 ** 26;
