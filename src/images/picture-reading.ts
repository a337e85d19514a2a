import { ImagesError } from '../core/errors.js';
import type { ValueMeaning } from './picture.js';

/** What the axes of an array of pictures are: n pictures, h rows, w columns, c channels. */
export type ArrayAxes = 'nhwc' | 'nchw' | 'nhw' | 'hwc' | 'chw' | 'hw';

/** How the pictures of a set are read where their files do not say it. */
export interface PictureReading extends ValueMeaning {
  /**
   * Name of the array of an `.npz` file that holds the pictures.
   * @default arr_0, or the only array of pictures
   */
  readonly array?: string;
  /**
   * The axes of an array.
   * @default by its shape
   */
  readonly layout?: ArrayAxes;
}

const KEYS = ['array', 'layout', 'bitDepth', 'range'] as const satisfies readonly (keyof PictureReading)[];

/** What is stated of a set, in a fixed order; undefined if nothing is. */
export function statedReading(reading: PictureReading): PictureReading | undefined {
  const stated = KEYS.filter((key) => reading[key] !== undefined).map((key) => [key, reading[key]]);
  return stated.length > 0 ? Object.fromEntries(stated) : undefined;
}

const ARRAY_FORMS: readonly string[] = ['npy', 'npz'];

/**
 * Refuses what is stated of arrays for a set that is none.
 *
 * @throws {ImagesError} naming the option
 */
export function refuseMisfit(path: string, kind: string, { array, layout }: PictureReading): void {
  const option =
    array !== undefined && kind !== 'npz'
      ? 'array goes with an .npz file'
      : layout !== undefined && !ARRAY_FORMS.includes(kind)
        ? 'layout goes with an .npy or .npz file'
        : undefined;
  if (option === undefined) return;
  throw new ImagesError(`Option ${option}, and ${JSON.stringify(path)} is a ${kind}: leave it out.`);
}
