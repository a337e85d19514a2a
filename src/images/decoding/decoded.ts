import type { PictureChange } from '../picture.js';

/** A decoded picture before it has a place in a source. */
export interface Decoded {
  readonly width: number;
  readonly height: number;
  /** uint8 RGB, row-major, in memory that `Reserve` gave. */
  readonly pixels: Uint8Array;
  readonly changes: readonly PictureChange[];
}

/** Gives memory for so many bytes of decoded pixels; called once a picture, after its size was found acceptable. */
export type Reserve = (bytes: number) => Uint8Array;
