/** How a decoded picture differs from its file, counted in the result. */
export type PictureChange = 'alpha-dropped' | 'alpha-composited' | 'gray-expanded';

/** One decoded picture. */
export interface Picture {
  readonly ok: true;
  /** Position in its source, from 0. */
  readonly index: number;
  readonly width: number;
  readonly height: number;
  /** uint8 RGB, row-major, height × width × 3, 0–255; a view into a buffer that may hold other pictures too. */
  readonly pixels: Uint8Array;
  readonly changes: readonly PictureChange[];
}

/** A picture that could not be decoded, with the reason as half a sentence ("is truncated"). */
export interface BadPicture {
  readonly ok: false;
  readonly index: number;
  readonly reason: string;
}

export type PictureOutcome = Picture | BadPicture;

/** What is done with transparency: `drop` keeps the color under it as the field's tools do. */
export type AlphaMode = 'drop' | 'black' | 'white';

/** Largest picture by default, in pixels: 8192 × 8192, about 200 MB once decoded. libvips would stop at four times that. */
export const DEFAULT_PIXEL_LIMIT = 2 ** 26;
