import { UsageError } from '../../core/errors.js';
import { Xoshiro } from '../../tfjs-backend/xoshiro.js';
import { rngFor } from '../loop/rng-for.js';
import { type Box, clearBox, drawMasks } from '../techniques/masks.js';
import { INPAINTING_DEFAULTS, type InpaintOptions } from './inpaint-options.js';

const MASK_STREAM = 70;

/** Masks of pictures, and how a reader calls them. */
export interface ChosenMasks {
  /** uint8 [count, size, size], 1 where a pixel is known. */
  readonly masks: Uint8Array;
  readonly name: string;
}

/**
 * The masks of pictures: one box for all, or those of a kind, drawn by the seed.
 *
 * @throws {UsageError} for a box that leaves nothing to predict, or nothing to predict it from
 */
export function chooseMasks(
  { mask, box }: Pick<InpaintOptions, 'mask' | 'box'>,
  count: number,
  size: number,
  seed: number,
): ChosenMasks {
  if (box) {
    if (mask !== undefined)
      throw new UsageError('Give --mask or --box, not both: each says which part is predicted.');
    const name = [box.x, box.y, box.width, box.height].join(',');
    refuseUnfit(box, name, size);
    const one = new Uint8Array(size * size).fill(1);
    clearBox(one, size, box);
    const masks = new Uint8Array(count * one.length);
    for (let row = 0; row < count; row++) masks.set(one, row * one.length);
    return { masks, name };
  }
  const kind = mask ?? INPAINTING_DEFAULTS.mask;
  const rng = new Xoshiro(rngFor(seed, MASK_STREAM).uint32());
  return { masks: drawMasks(count, size, kind, { rng }), name: kind };
}

function refuseUnfit({ x, y, width, height }: Box, name: string, size: number): void {
  if (width === 0 || height === 0) {
    throw new UsageError(`--box ${name} covers no pixel: give a width and a height of at least 1.`);
  }
  if (x + width > size || y + height > size) {
    throw new UsageError(
      `--box ${name} goes beyond the pictures, which are ${size}×${size}: give x,y,width,height inside them.`,
    );
  }
  if (width === size && height === size) {
    throw new UsageError(
      `--box ${name} covers whole pictures, which leaves nothing to predict them from: give a smaller one, or draw with ganeval sample.`,
    );
  }
}
