import { DamagedPicture } from '../damaged-picture.js';
import { PaethMemory, type RgbRow } from './paeth-memory.js';

/**
 * Undoes the row filters of a PNG in place (PNG specification, third edition, section 9). `rows` holds
 * `height` rows of one filter byte and `stride` bytes; `distance` is the bytes of one pixel.
 *
 * @throws {DamagedPicture} for an unknown filter
 */
export function unfilterRows(rows: Uint8Array, stride: number, height: number, distance: number): void {
  for (let y = 0; y < height; y++) {
    const start = y * (stride + 1) + 1;
    const filter = rows[start - 1];
    // The row above the first counts as zeros: Up then does nothing and Paeth becomes Sub.
    if (filter === 1 || (filter === 4 && y === 0)) addLeft(rows, start, stride, distance);
    else if (filter === 2) addUp(rows, start, stride, y);
    else if (filter === 3) addAverage(rows, start, stride, distance);
    else if (filter === 4) addPaeth(rows, start, stride, distance);
    else if (filter !== 0)
      throw new DamagedPicture(`is corrupt: it has a row with the unknown filter ${filter}`);
  }
}

function addLeft(rows: Uint8Array, start: number, stride: number, distance: number): void {
  for (let i = start + distance; i < start + stride; i++) rows[i] += rows[i - distance];
}

function addUp(rows: Uint8Array, start: number, stride: number, y: number): void {
  if (y === 0) return;
  for (let i = start; i < start + stride; i++) rows[i] += rows[i - stride - 1];
}

function addAverage(rows: Uint8Array, start: number, stride: number, distance: number): void {
  const hasAbove = start > stride;
  for (let i = start; i < start + stride; i++) {
    const left = i >= start + distance ? rows[i - distance] : 0;
    const up = hasAbove ? rows[i - stride - 1] : 0;
    rows[i] += (left + up) >> 1;
  }
}

/** For rows with one above them. Most rows of photographs are of this kind. */
function addPaeth(rows: Uint8Array, start: number, stride: number, distance: number): void {
  const above = stride + 1;
  for (let i = start; i < start + distance; i++) rows[i] += rows[i - above];
  for (let i = start + distance; i < start + stride; i++) {
    rows[i] += nearest(rows[i - distance], rows[i - above], rows[i - above - distance]);
  }
}

/**
 * Undoes the filters of rows of RGB and leaves the filter bytes out: as `unfilterRows`, in one pass to where the pixels belong. Paeth's
 * filter, that of most rows, is undone by vector instructions where there are any.
 *
 * @param rows `height` rows of one filter byte and 3 × `width` bytes
 * @param out uint8 RGB [height, width, 3]
 * @throws {DamagedPicture} for an unknown filter
 */
export function unfilterRgb(rows: Uint8Array, width: number, height: number, out: Uint8Array): void {
  const stride = 3 * width;
  const memory = PaethMemory.ofThread();
  const capacity = memory?.rowsOf(stride) ?? 0;
  if (!memory || capacity === 0) {
    unfilterBand({ rows, from: 0, out, to: 0, stride }, height, true);
    return;
  }
  for (let y = 0; y < height; y += capacity) {
    const count = Math.min(capacity, height - y);
    const band = memory.begin(rows.subarray(y * (stride + 1), (y + count) * (stride + 1)), stride);
    unfilterBand(band, count, y === 0, memory);
    out.set(memory.finish(count, stride), y * stride);
  }
}

/**
 * Undoes the filters of some rows that follow each other.
 *
 * @param band where they begin, with the filter byte of the first
 * @param isFirst whether they are the first of the picture: the row above those counts as zeros
 * @param memory that holds the band
 */
function unfilterBand(
  { rows, from, out, to, stride }: RgbRow,
  count: number,
  isFirst: boolean,
  memory?: PaethMemory,
): void {
  for (let y = 0; y < count; y++) {
    const isTop = isFirst && y === 0;
    const start = from + y * (stride + 1);
    const filter = rows[start];
    const row: RgbRow = { rows, from: start + 1, out, to: to + y * stride, stride };
    if (filter === 0 || (filter === 2 && isTop)) copyRow(row);
    else if (filter === 1 || (filter === 4 && isTop)) addLeftRgb(row);
    else if (filter === 2) addUpRgb(row);
    else if (filter === 3) addAverageRgb(row, !isTop);
    else if (filter !== 4)
      throw new DamagedPicture(`is corrupt: it has a row with the unknown filter ${filter}`);
    else if (memory) memory.undoPaeth(row);
    else addPaethRgb(row);
  }
}

function copyRow({ rows, from, out, to, stride }: RgbRow): void {
  for (let i = 0; i < stride; i++) out[to + i] = rows[from + i];
}

function addLeftRgb({ rows, from, out, to, stride }: RgbRow): void {
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let i = 0; i < stride; i += 3) {
    red = (red + rows[from + i]) & 255;
    green = (green + rows[from + i + 1]) & 255;
    blue = (blue + rows[from + i + 2]) & 255;
    out[to + i] = red;
    out[to + i + 1] = green;
    out[to + i + 2] = blue;
  }
}

function addUpRgb({ rows, from, out, to, stride }: RgbRow): void {
  for (let i = 0; i < stride; i++) out[to + i] = rows[from + i] + out[to + i - stride];
}

function addAverageRgb({ rows, from, out, to, stride }: RgbRow, hasAbove: boolean): void {
  for (let i = 0; i < stride; i++) {
    const left = i < 3 ? 0 : out[to + i - 3];
    const up = hasAbove ? out[to + i - stride] : 0;
    out[to + i] = rows[from + i] + ((left + up) >> 1);
  }
}

/** The three channels side by side: each waits for its own pixel to the left, and the processor works at the others meanwhile. */
function addPaethRgb({ rows, from, out, to, stride }: RgbRow): void {
  let red = 0;
  let green = 0;
  let blue = 0;
  let redAbove = 0;
  let greenAbove = 0;
  let blueAbove = 0;
  const end = to + stride;
  for (let at = to, i = from, above = to - stride; at < end; at += 3, i += 3, above += 3) {
    const redUp = out[above];
    const greenUp = out[above + 1];
    const blueUp = out[above + 2];
    red = (rows[i] + nearest(red, redUp, redAbove)) & 255;
    green = (rows[i + 1] + nearest(green, greenUp, greenAbove)) & 255;
    blue = (rows[i + 2] + nearest(blue, blueUp, blueAbove)) & 255;
    out[at] = red;
    out[at + 1] = green;
    out[at + 2] = blue;
    redAbove = redUp;
    greenAbove = greenUp;
    blueAbove = blueUp;
  }
}

/**
 * The neighbor that is nearest to left + up − upLeft, as Paeth defines it: the smaller or the larger of left and up, or the one that is
 * between them (the formulation of stb_image 2.29). Which it is, is as good as random in photographs, so bit masks take the place of
 * branches.
 */
function nearest(left: number, up: number, upLeft: number): number {
  const threshold = 3 * upLeft - left - up;
  const both = left ^ up;
  const low = up ^ (both & ((left - up) >> 31));
  const high = both ^ low;
  const lower = low ^ ((low ^ upLeft) & ((threshold - high) >> 31));
  return high ^ ((high ^ lower) & ((low - threshold) >> 31));
}
