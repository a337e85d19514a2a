import type { Frame } from '../framing.js';
import type { Pixels } from '../streaming/plane-rows.js';
import { PILLOW_FILTERS, type PillowMethod } from './pillow-filters.js';
import { PillowWeights, type PillowWindow, PRECISION_BITS } from './pillow-weights.js';

const HALF = 1 << (PRECISION_BITS - 1);

/**
 * Resizes pictures of one size to squares as Pillow does, in two passes, each rounded to whole levels: first across, then down; since Pillow
 * 13 the other way round where the height loses more than twice the pixels that the width loses.
 */
export class PillowResize {
  readonly #across: PillowWeights;
  readonly #down: PillowWeights;
  readonly #isDownFirst: boolean;
  readonly #row: Uint8Array;

  /** @param side of the square that is kept of the resized picture, in pixels */
  constructor(
    private readonly frame: Frame,
    private readonly side: number,
    method: PillowMethod,
  ) {
    const { source, resized } = frame;
    this.#across = new PillowWeights(source.width, resized.width, PILLOW_FILTERS[method]);
    this.#down = new PillowWeights(source.height, resized.height, PILLOW_FILTERS[method]);
    const lost = source.height - resized.height;
    this.#isDownFirst = lost > 0 && lost > 2 * (source.width - resized.width);
    this.#row = new Uint8Array(side * 3);
  }

  /**
   * Resizes one picture. Beside it and the result, a few rows and the sums of the result are in memory.
   *
   * @param picture uint8 RGB of the frame's size
   * @param out is given the planes, float32 [3, side, side], whole numbers of 0–255
   */
  resize(picture: Pixels, out: Float32Array): void {
    if (this.#isDownFirst) this.#downThenAcross(picture, out);
    else this.#acrossThenDown(picture, out);
  }

  #acrossThenDown(picture: Pixels, out: Float32Array): void {
    const { frame, side } = this;
    const sums = new Int32Array(side * side * 3).fill(HALF);
    const open: { readonly y: number; readonly window: PillowWindow; readonly to: number }[] = [];
    let next = 0;
    const first = this.#down.bounds(frame.top).from;
    const end = this.#down.bounds(frame.top + side - 1).to;
    for (let y = first; y < end; y++) {
      for (; next < side && this.#down.bounds(frame.top + next).from <= y; next++) {
        const window = this.#down.window(frame.top + next);
        open.push({ y: next, window, to: window.from + window.weights.length });
      }
      this.#reduceRow(picture.pixels, ((y + frame.source.top) * picture.width + frame.source.left) * 3);
      while (open[0] !== undefined && open[0].to <= y) open.shift();
      for (const { y: to, window } of open) {
        const start = to * side * 3;
        addRow(sums.subarray(start, start + side * 3), this.#row, window.weights[y - window.from]);
      }
    }
    for (let y = 0; y < side; y++) {
      const row = sums.subarray(y * side * 3, (y + 1) * side * 3);
      this.#writeRow(Uint8Array.from(row, toLevel), y, out);
    }
  }

  #downThenAcross({ pixels, width }: Pixels, out: Float32Array): void {
    const { source, top } = this.frame;
    const sums = new Int32Array(source.width * 3);
    const levels = new Uint8Array(sums.length);
    for (let y = 0; y < this.side; y++) {
      const { from, weights } = this.#down.window(top + y);
      sums.fill(HALF);
      for (const [k, weight] of weights.entries()) {
        const start = ((source.top + from + k) * width + source.left) * 3;
        addRow(sums, pixels.subarray(start, start + sums.length), weight);
      }
      for (let i = 0; i < sums.length; i++) levels[i] = toLevel(sums[i]);
      this.#reduceRow(levels, 0);
      this.#writeRow(this.#row, y, out);
    }
  }

  /** The horizontal half of the row that begins at `start`. */
  #reduceRow(pixels: Uint8Array, start: number): void {
    const { frame, side } = this;
    const row = this.#row;
    for (let x = 0; x < side; x++) {
      const { from, weights } = this.#across.window(frame.left + x);
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      for (let k = 0, at = start + from * 3; k < weights.length; k++, at += 3) {
        const weight = weights[k];
        red = (red + Math.imul(pixels[at], weight)) | 0;
        green = (green + Math.imul(pixels[at + 1], weight)) | 0;
        blue = (blue + Math.imul(pixels[at + 2], weight)) | 0;
      }
      row[x * 3] = toLevel(red);
      row[x * 3 + 1] = toLevel(green);
      row[x * 3 + 2] = toLevel(blue);
    }
  }

  #writeRow(row: Uint8Array, y: number, out: Float32Array): void {
    const { side } = this;
    const plane = side * side;
    for (let x = 0, to = y * side, at = 0; x < side; x++, to++) {
      out[to] = row[at++];
      out[plane + to] = row[at++];
      out[2 * plane + to] = row[at++];
    }
  }
}

function addRow(sums: Int32Array, row: Uint8Array, weight: number): void {
  for (let i = 0; i < sums.length; i++) sums[i] += Math.imul(row[i], weight);
}

/** The whole level of a fixed-point sum, within 0–255. */
function toLevel(sum: number): number {
  const level = sum >> PRECISION_BITS;
  return Math.min(Math.max(level, 0), 255);
}
