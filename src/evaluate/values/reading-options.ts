import { z } from 'zod';
import type { PictureReading } from '../../images/picture-reading.js';

const VALUE_RANGES = ['0..1', '-1..1', '0..255'] as const;

const bitDepth = z.int().min(8).max(16).optional();
const range = z.enum(VALUE_RANGES).optional();

/** Options that say how the pictures of each set are read, where their files do not. */
export const readingOptions = {
  bitDepth: bitDepth.describe('Bits that are used of samples stored in 16 bits, from 8 to 16 [default: 16]'),
  range: range.describe('Values for black and white in samples that are floating-point numbers'),
  referenceBitDepth: bitDepth.describe('As --bit-depth, for the reference'),
  referenceRange: range.describe('As --range, for the reference'),
};

type ReadingOptions = {
  readonly [Key in keyof typeof readingOptions]?: z.output<(typeof readingOptions)[Key]>;
};

/** What the options say of one of the sets. */
export function readingOf(options: ReadingOptions, role: 'samples' | 'reference'): PictureReading {
  if (role === 'samples') return { bitDepth: options.bitDepth, range: options.range };
  return { bitDepth: options.referenceBitDepth, range: options.referenceRange };
}

/** The flag that says this of a set: "--reference-range". */
export function flagOf(key: keyof PictureReading, role: 'samples' | 'reference'): string {
  const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return role === 'samples' ? `--${name}` : `--reference-${name}`;
}
