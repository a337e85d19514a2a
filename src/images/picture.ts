/** How a decoded picture differs from its file, counted in the result. */
export type PictureChange = 'alpha-dropped' | 'alpha-composited' | 'gray-expanded';

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

/** Largest picture by default, in pixels: 8192 × 8192, about 200 MB once decoded. libvips would stop at four times that. */
export const DEFAULT_PIXEL_LIMIT = 2 ** 26;
