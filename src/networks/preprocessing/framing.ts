import type { NetworkCard } from '../cards/card.js';

/** What a card says of how pictures of any size become squares. */
export type Framing = Pick<NetworkCard['input'], 'size' | 'resizeTo' | 'fit' | 'middle'>;

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How one picture becomes a square: what of it is resized, to what, and which part of that is kept. */
export interface Frame {
  /** Part of the picture that is resized. */
  readonly source: Size & { readonly left: number; readonly top: number };
  /** Size that it is resized to. */
  readonly resized: Size;
  /** Where the square of the card's size begins in it. */
  readonly left: number;
  readonly top: number;
}

/**
 * Frames pictures of one size. The long side is cut down to whole pixels, as torchvision and transformers have it.
 *
 * @param picture its width and height in pixels
 */
export function frameOf(
  { width, height }: Size,
  { size, resizeTo = size, fit = 'stretch', middle = 'floor' }: Framing,
): Frame {
  const short = Math.min(width, height);
  const start = (from: number, to: number) => (middle === 'floor' ? floorHalf : evenHalf)(from - to);
  const source =
    fit === 'square-first'
      ? { left: start(width, short), top: start(height, short), width: short, height: short }
      : { left: 0, top: 0, width, height };
  const scaled = (side: number) =>
    fit === 'shorter-side' ? Math.floor((resizeTo * side) / short) : resizeTo;
  const resized = { width: scaled(width), height: scaled(height) };
  return { source, resized, left: start(resized.width, size), top: start(resized.height, size) };
}

function floorHalf(value: number): number {
  return Math.floor(value / 2);
}

/** As Python's round: ties to the even number. */
function evenHalf(value: number): number {
  const half = Math.floor(value / 2);
  return value % 2 === 0 || half % 2 === 0 ? half : half + 1;
}
