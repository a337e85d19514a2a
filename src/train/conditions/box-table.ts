import { ImagesError } from '../../core/errors.js';
import { readCsvRows } from '../../images/labels/csv-rows.js';
import { MAX_TABLE_BYTES } from '../../images/labels/label-file-size.js';
import { LabelRows } from '../../images/labels/label-rows.js';
import { decodeText, MAX_ROW_LENGTH, readTableBytes } from '../../images/labels/table-text.js';
import { shorten } from '../../images/naming/name-some.js';
import { BOX_WIDTH } from './condition-form.js';

/** Columns of a table of boxes after the file's name. */
const COLUMNS = ['x', 'y', 'width', 'height'] as const;

/** Boxes of pictures by their names. */
export interface BoxTable {
  readonly rows: LabelRows;
  /** Left, top, width and height of the box of a row, in pixels. */
  boxOf(row: number): readonly number[];
  /** What messages call a row. */
  placeOf(row: number): string;
}

/** Size of a picture in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Reads a table of boxes: a CSV of file,x,y,width,height in pixels, from the top left corner of the picture.
 *
 * @throws {ImagesError} naming the file, and the row that is wrong
 */
export async function readBoxes(path: string): Promise<BoxTable> {
  const text = decodeText(readTableBytes(path, MAX_TABLE_BYTES));
  const rows = new LabelRows(path);
  const numbers: number[] = [];
  let places: readonly number[] | undefined;
  for await (const some of readCsvRows(path, text, { delimiter: ',', maxLength: MAX_ROW_LENGTH })) {
    for (const cells of some) {
      if (!places) places = findColumns(path, cells);
      else {
        const place = placeIn(path, rows.size);
        for (const [i, at] of places.entries()) numbers.push(readNumber(cells[at], COLUMNS[i], place));
        const name = cells[0].trim();
        if (name === '')
          throw new ImagesError(`The ${place} has no name of a file: give it in the first column.`);
        rows.add(name);
      }
    }
  }
  if (rows.size === 0)
    throw new ImagesError(
      `${path} has no boxes: give a header of file,x,y,width,height, and a row for each picture.`,
    );
  return {
    rows,
    boxOf: (row) => numbers.slice(row * BOX_WIDTH, (row + 1) * BOX_WIDTH),
    placeOf: (row) => placeIn(path, row),
  };
}

const placeIn = (path: string, row: number) => `row ${row + 2} of ${path}`;

function findColumns(path: string, header: readonly string[]): readonly number[] {
  const places = COLUMNS.map((name) => header.findIndex((cell, i) => i > 0 && cell.trim() === name));
  const missing = places.indexOf(-1);
  if (missing < 0) return places;
  throw new ImagesError(
    `${path} has no column ${COLUMNS[missing]}: give a header of file,x,y,width,height, in pixels.`,
  );
}

function readNumber(cell: string | undefined, column: string, place: string): number {
  const text = (cell ?? '').trim();
  const value = Number(text);
  if (text !== '' && Number.isFinite(value)) return value;
  throw new ImagesError(
    `The ${place} has ${JSON.stringify(shorten(text))} for ${column}: give a number of pixels.`,
  );
}

/**
 * The box of a row as shares of the picture: x and y of its center, width and height.
 *
 * @throws {ImagesError} for a box that has no area, or does not lie in the picture
 */
export function normalizeBox(
  table: BoxTable,
  row: number,
  { width, height }: PictureSize,
): readonly number[] {
  const [x, y, w, h] = table.boxOf(row);
  const shown = `[${x}, ${y}, ${w}, ${h}]`;
  if (w <= 0 || h <= 0) {
    throw new ImagesError(
      `The ${table.placeOf(row)} has the box ${shown}, which has no area: give a width and a height above 0.`,
    );
  }
  if (x < 0 || y < 0 || x + w > width || y + h > height) {
    throw new ImagesError(
      `The ${table.placeOf(row)} has the box ${shown}, which does not lie in the picture ${shorten(table.rows.path(row))} of ${width}×${height} pixels: correct it.`,
    );
  }
  return [(x + w / 2) / width, (y + h / 2) / height, w / width, h / height];
}

/** A box of shares in pixels of a picture of this size: left, top, width and height. */
export function boxInPixels(
  [x, y, w, h]: ArrayLike<number> & Iterable<number>,
  { width, height }: PictureSize,
): number[] {
  return [(x - w / 2) * width, (y - h / 2) * height, w * width, h * height];
}

/**
 * Masks of boxes: the share of each cell of a grid that the box covers.
 *
 * @param boxes as shares of the picture: x and y of the center, width and height; float32 [N, 4]
 * @param side of the grid
 * @returns float32 [N, side, side], row-major, in [0, 1]
 */
export function drawMasks(boxes: Float32Array, side: number): Float32Array {
  const count = boxes.length / BOX_WIDTH;
  const masks = new Float32Array(count * side * side);
  for (let i = 0; i < count; i++) {
    const [x, y, w, h] = boxes.subarray(i * BOX_WIDTH, (i + 1) * BOX_WIDTH);
    const across = coverage(x - w / 2, x + w / 2, side);
    const down = coverage(y - h / 2, y + h / 2, side);
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++)
        masks[(i * side + row) * side + column] = down[row] * across[column];
    }
  }
  return masks;
}

/** The share of each of `side` cells of [0, 1] that an interval covers. */
function coverage(from: number, to: number, side: number): number[] {
  return Array.from({ length: side }, (_, cell) =>
    Math.max(0, Math.min(to * side, cell + 1) - Math.max(from * side, cell)),
  );
}

/** Intersection over union of two boxes of shares, in [0, 1]. */
export function boxOverlap(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const shared = overlap(a, b, 0) * overlap(a, b, 1);
  const all = a[2] * a[3] + b[2] * b[3] - shared;
  return all > 0 ? Math.min(1, shared / all) : 0;
}

function overlap(a: ArrayLike<number>, b: ArrayLike<number>, axis: 0 | 1): number {
  const end = (box: ArrayLike<number>, side: 1 | -1) => box[axis] + (side * box[axis + 2]) / 2;
  return Math.max(0, Math.min(end(a, 1), end(b, 1)) - Math.max(end(a, -1), end(b, -1)));
}
