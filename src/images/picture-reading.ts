import type { ValueMeaning } from './picture.js';

/** How the pictures of a set are read where their files do not say it. */
export interface PictureReading extends ValueMeaning {}

const KEYS = ['bitDepth', 'range'] as const satisfies readonly (keyof PictureReading)[];

/** What is stated of a set, in a fixed order; undefined if nothing is. */
export function statedReading(reading: PictureReading): PictureReading | undefined {
  const stated = KEYS.filter((key) => reading[key] !== undefined).map((key) => [key, reading[key]]);
  return stated.length > 0 ? Object.fromEntries(stated) : undefined;
}
