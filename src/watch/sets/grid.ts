import { ImagesError, UsageError } from '../../core/errors.js';
import type { PictureInMemory } from '../../images/memory.js';

/** How pictures stand in a grid. */
export interface GridLayout {
  /** Pictures side by side. */
  readonly columns: number;
  readonly rows: number;
  /** Pixels around every picture, as torchvision's `make_grid` leaves them. */
  readonly padding: number;
}

/** What the classes of a grid go by. */
export type GridClasses = 'columns' | 'rows';

export interface GridPicture {
  readonly width: number;
  readonly height: number;
  /** uint8 RGB [height, width, 3]. */
  readonly pixels: Uint8Array;
}

const GRID = /^(\d{1,4})x(\d{1,4})(?:\+(\d{1,3}))?$/i;
/** Lossy files have no even colors. */
const TOLERANCE = 48;
const BLACK = [0, 0, 0];

/**
 * Reads COLUMNSxROWS, or COLUMNSxROWS+PADDING.
 *
 * @throws {UsageError} for anything else
 */
export function parseGrid(text: string): GridLayout {
  const [columns, rows, padding] = (GRID.exec(text) ?? []).slice(1).map((digits) => Number(digits ?? 0));
  if (columns > 0 && rows > 0) return { columns, rows, padding };
  throw new UsageError(
    `--grid cannot be ${JSON.stringify(text)}: it takes COLUMNSxROWS, as 8x8, or with the pixels between them, as 8x8+2.`,
  );
}

export interface CutGrid {
  readonly pictures: readonly PictureInMemory[];
  readonly classNames?: readonly string[];
  /** Places at the end of the last row that hold no picture. */
  readonly blank: number;
}

/**
 * Cuts a grid into its pictures, row by row. Places at the end of the last row that have the color of the padding (black without
 * padding) hold no picture: `make_grid` fills up its last row.
 *
 * @param name for messages
 * @param classes what the classes go by; their names are numbers from 0
 * @throws {ImagesError} for a size that does not fit
 */
export function cutGrid(grid: GridPicture, layout: GridLayout, name: string, classes?: GridClasses): CutGrid {
  const { columns, rows, padding } = layout;
  const width = (grid.width - padding) / columns - padding;
  const height = (grid.height - padding) / rows - padding;
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
    throw new ImagesError(
      `The grid ${JSON.stringify(name)} has ${grid.width}×${grid.height} pixels, which are not ${describe(layout)}: correct --grid.`,
    );
  }
  if (padding > 0) refuseUnevenPadding(grid, layout, { width, height, name });
  const fill = padding > 0 ? [...grid.pixels.subarray(0, 3)] : BLACK;
  const tiles = Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const left = padding + column * (width + padding);
    const top = padding + row * (height + padding);
    const pixels = cutTile(grid, { left, top, width, height });
    const label = classes && (classes === 'columns' ? column : row);
    return { id: String(i).padStart(6, '0'), ...(classes && { label }), width, height, pixels };
  });
  const blank = countBlank(tiles, columns, fill);
  const classCount = classes === 'columns' ? columns : rows;
  return {
    pictures: tiles.slice(0, tiles.length - blank),
    ...(classes && { classNames: Array.from({ length: classCount }, (_, i) => String(i)) }),
    blank,
  };
}

function describe({ columns, rows, padding }: GridLayout): string {
  return `${columns}×${rows} pictures${padding > 0 ? ` with ${padding} pixels around each` : ''}`;
}

interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function cutTile({ width: stride, pixels }: GridPicture, { left, top, width, height }: Area): Uint8Array {
  const tile = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * stride + left) * 3;
    tile.set(pixels.subarray(from, from + width * 3), y * width * 3);
  }
  return tile;
}

/** Those at the end of the last row, of which at least one place holds a picture. */
function countBlank(tiles: readonly PictureInMemory[], columns: number, fill: readonly number[]): number {
  let blank = 0;
  while (blank < columns - 1) {
    const { pixels } = tiles[tiles.length - 1 - blank];
    if (!pixels.every((value, i) => value === fill[i % 3])) break;
    blank++;
  }
  return blank;
}

/** Where the padding is not of one color, it is none. */
function refuseUnevenPadding(
  { width: stride, height: total, pixels }: GridPicture,
  { padding }: GridLayout,
  { width, height, name }: { width: number; height: number; name: string },
): void {
  const isPadding = (x: number, y: number) =>
    x % (width + padding) < padding || y % (height + padding) < padding;
  for (let y = 0; y < total; y++) {
    for (let x = 0; x < stride; x++) {
      if (!isPadding(x, y)) continue;
      for (let c = 0; c < 3; c++) {
        if (Math.abs(pixels[(y * stride + x) * 3 + c] - pixels[c]) <= TOLERANCE) continue;
        throw new ImagesError(
          `The grid ${JSON.stringify(name)} has no padding of one color at ${x}, ${y}: correct --grid.`,
        );
      }
    }
  }
}
