import type { HostileCase } from '../hostile-case.js';
import { jpegs } from './jpeg.js';
import { otherPictures } from './other-pictures.js';
import { png } from './png.js';

/** Every hostile input, in the order of the table. */
export const CORPUS: readonly HostileCase[] = [...png, ...jpegs, ...otherPictures];
