import type { Xoshiro } from '../../tfjs-backend/xoshiro.js';

/** What part of a picture is left to predict: a rectangle, a half, pixels here and there, or one of the three. */
export const MASK_KINDS = ['mixed', 'rectangles', 'halves', 'pixels'] as const;
/** Which part of a picture is left to predict. */
export type MaskKind = (typeof MASK_KINDS)[number];

type Shape = Exclude<MaskKind, 'mixed'>;
const SHAPES: readonly Shape[] = ['rectangles', 'halves', 'pixels'];

/** Least and greatest share of a rectangle's sides, and of pixels here and there. */
const [LEAST, MOST] = [0.25, 0.75];

/**
 * Draws masks of square pictures. Each leaves something to predict, and keeps something, unless `blank` says otherwise.
 *
 * @param count N
 * @param size height and width, 2 or more
 * @param kind what is left to predict. Rectangles have sides of a quarter to three quarters of the picture's, anywhere in it; halves
 *   are the upper, lower, left or right one; of pixels a quarter to three quarters are left out
 * @param draw random numbers, and the share of masks that keep nothing
 * @returns uint8 [N, size, size], 1 where a pixel is known and 0 where it is to be predicted
 */
export function drawMasks(
  count: number,
  size: number,
  kind: MaskKind,
  { rng, blank = 0 }: { readonly rng: Xoshiro; readonly blank?: number },
): Uint8Array {
  const area = size * size;
  const masks = new Uint8Array(count * area).fill(1);
  // As many numbers for each mask, so that none depends on those before it.
  const below = (end: number) => Math.floor((rng.uint32() / 2 ** 32) * end);
  for (let row = 0; row < count; row++) {
    const mask = masks.subarray(row * area, (row + 1) * area);
    const isBlank = below(1 << 30) < blank * (1 << 30);
    const shape = kind === 'mixed' ? SHAPES[below(SHAPES.length)] : kind;
    DRAW[shape](mask, size, below);
    if (isBlank) mask.fill(0);
  }
  return masks;
}

type Below = (end: number) => number;

/** A whole number from about a quarter to three quarters of `all`, and from 1 to one less than it. */
function part(all: number, below: Below): number {
  const least = Math.max(1, Math.round(all * LEAST));
  const most = Math.max(least, Math.min(all - 1, Math.round(all * MOST)));
  return least + below(most - least + 1);
}

const DRAW: Readonly<Record<Shape, (mask: Uint8Array, size: number, below: Below) => void>> = {
  rectangles(mask, size, below) {
    const [height, width] = [part(size, below), part(size, below)];
    clearBox(mask, size, { x: below(size - width + 1), y: below(size - height + 1), width, height });
  },
  halves(mask, size, below) {
    const side = below(4);
    const half = size >> 1;
    const isLast = side % 2 === 1;
    const start = isLast ? half : 0;
    const length = isLast ? size - half : half;
    const whole = { start: 0, length: size };
    const [across, down] = side < 2 ? [whole, { start, length }] : [{ start, length }, whole];
    clearBox(mask, size, { x: across.start, y: down.start, width: across.length, height: down.length });
  },
  pixels(mask, _size, below) {
    const left = part(mask.length, below);
    // The first `left` places of a shuffled order (Fisher and Yates).
    const order = Int32Array.from(mask.keys());
    for (let i = 0; i < left; i++) {
      const other = i + below(order.length - i);
      [order[i], order[other]] = [order[other], order[i]];
      mask[order[i]] = 0;
    }
  },
};

/** A rectangle of pixels from its upper left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Leaves a rectangle of a mask [size, size] to predict. */
export function clearBox(mask: Uint8Array, size: number, { x, y, width, height }: Box): void {
  for (let row = y; row < y + height; row++) mask.fill(0, row * size + x, row * size + x + width);
}
