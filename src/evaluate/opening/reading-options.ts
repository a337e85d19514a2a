import { z } from 'zod';
import type { PictureReading } from '../../images/picture-reading.js';

const VALUE_RANGES = ['0..1', '-1..1', '0..255'] as const;

const AXES = ['nhwc', 'nchw', 'nhw', 'hwc', 'chw', 'hw'] as const;

const array = z.string().min(1).optional();
const layout = z.enum(AXES).optional();
const bitDepth = z.int().min(8).max(16).optional();
const range = z.enum(VALUE_RANGES).optional();

/** Options that say how the pictures of each set are read, where their files do not. */
export const readingOptions = {
  array: array.describe(
    'Array of an .npz file that holds the pictures [default: arr_0, or the only one of pictures]',
  ),
  layout: layout.describe(
    'Axes of an array: n pictures, h rows, w columns, c channels [default: by its shape]',
  ),
  bitDepth: bitDepth.describe('Bits that are used of samples stored in 16 bits, from 8 to 16 [default: 16]'),
  range: range.describe(
    'Values for black and white in arrays and TIFF of floating-point numbers, and in arrays of truth values or integers',
  ),
  referenceArray: array.describe('As --array, for the reference'),
  referenceLayout: layout.describe('As --layout, for the reference'),
  referenceBitDepth: bitDepth.describe('As --bit-depth, for the reference'),
  referenceRange: range.describe('As --range, for the reference'),
};

type PictureRole = 'samples' | 'reference' | 'validation';

type ReadingOptions = {
  readonly [Key in keyof typeof readingOptions]?: z.output<(typeof readingOptions)[Key]>;
};

/** What the options say of one of the sets; a validation set is read as the reference is. */
export function readingOf(options: ReadingOptions, role: PictureRole): PictureReading {
  if (role === 'samples') {
    const { array, layout, bitDepth, range } = options;
    return { array, layout, bitDepth, range };
  }
  return {
    array: options.referenceArray,
    layout: options.referenceLayout,
    bitDepth: options.referenceBitDepth,
    range: options.referenceRange,
  };
}

/** The flag that says this of a set: "--reference-range". */
export function flagOf(key: keyof PictureReading, role: PictureRole): string {
  const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return role === 'samples' ? `--${name}` : `--reference-${name}`;
}
