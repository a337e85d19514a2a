import { columnMeans } from '../../math/statistics/column-means.js';
import type { DeviceChoice } from '../../onnx/device-choices.js';
import {
  type DistanceTile,
  openSquaredDistances,
  type Precision,
  type SquaredDistances,
} from '../../onnx/squared-distances.js';
import type { Rows } from '../rows.js';

/** Rows of a block on either side of a tile: blocks and tiles together are 120 MB at 2048 features. */
export interface TileShape {
  readonly leftRows: number;
  readonly rightRows: number;
}

const DEFAULT_SHAPE: TileShape = { leftRows: 2048, rightRows: 4096 };

/** How tiles are computed. Neither the shape of the tiles nor the threads change what is found. */
export interface TileOptions {
  readonly device: DeviceChoice;
  /** Threads of the runtime; undefined lets it choose. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Called with the share of all pairs that are done. */
  readonly onProgress?: (fraction: number) => void;
  readonly shape?: TileShape;
}

/** Distances of some rows (of one table) to some columns (rows of the other table), with access to the exact ones. */
export interface TileView extends DistanceTile {
  readonly rowStart: number;
  readonly rows: number;
  readonly columnStart: number;
  readonly columns: number;
  /** Squared distance of a row and a column of the tile, in float64 from the rows as they are. */
  exact(row: number, column: number): number;
}

/** A scan of a tile; false where too many of its values are too near a limit, so that it wants them more precise. */
export type TileScan = (tile: TileView, precision: Precision) => boolean;

/**
 * Shows every pair of two different rows of a table to `scan`, in both orders. The columns that a row sees ascend from tile to
 * tile.
 */
export async function scanWithin(table: Rows, scan: TileScan, options: TileOptions): Promise<void> {
  await scanTiles({ left: table, right: table, ofLeft: scan, ofRight: scan }, true, options);
}

/** Two tables and what scans their pairs: `ofLeft` with rows of `left` and columns of `right`, `ofRight` with the two exchanged. */
export interface TwoTables {
  readonly left: Rows;
  readonly right: Rows;
  readonly ofLeft: TileScan;
  readonly ofRight: TileScan;
}

/** Shows every pair of a row of one table and one of another to both scans. */
export async function scanAcross(tables: TwoTables, options: TileOptions): Promise<void> {
  await scanTiles(tables, false, options);
}

/** @param symmetric whether `left` and `right` are one table, of which a row is no pair with itself */
async function scanTiles(
  tables: TwoTables,
  symmetric: boolean,
  { signal, onProgress, shape = DEFAULT_SHAPE, ...options }: TileOptions,
): Promise<void> {
  const { left, right } = tables;
  const engine = openSquaredDistances(options);
  const width = left.width;
  const total = left.count * (symmetric ? (left.count + 1) / 2 : right.count);
  let done = 0;
  try {
    for (let rowStart = 0; rowStart < left.count; rowStart += shape.leftRows) {
      const rowEnd = Math.min(rowStart + shape.leftRows, left.count);
      const x = await left.read(rowStart, rowEnd);
      const rows = rowEnd - rowStart;
      const center = Float32Array.from(columnMeans(x, rows, width));
      for (let columnStart = symmetric ? rowStart : 0; columnStart < right.count; ) {
        signal?.throwIfAborted();
        // Of a block with itself both orders of a pair are in its own rows; a tile ends where that does.
        const inside = symmetric && columnStart < rowEnd;
        const limit = inside ? rowEnd : right.count;
        const columnEnd = Math.min(columnStart + shape.rightRows, limit);
        const y = await right.read(columnStart, columnEnd);
        const place = { rowStart, rows, columnStart, columns: columnEnd - columnStart };
        await scanTile({ x, y, center, width, inside }, place, tables, engine);
        done += rows * place.columns * (inside ? (rows + 1) / (2 * rows) : 1);
        onProgress?.(Math.min(1, done / total));
        columnStart = columnEnd;
      }
    }
  } finally {
    await engine.close();
  }
}

interface Blocks {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly center: Float32Array;
  readonly width: number;
  /** Whether `y` is rows of `x`. */
  readonly inside: boolean;
}

type Place = Pick<TileView, 'rowStart' | 'rows' | 'columnStart' | 'columns'>;

async function scanTile(
  blocks: Blocks,
  place: Place,
  { ofLeft, ofRight }: TwoTables,
  engine: SquaredDistances,
): Promise<void> {
  const { x, y, width, inside } = blocks;
  const { rowStart, rows, columnStart, columns } = place;
  let waiting: readonly ('left' | 'right')[] = inside ? ['left'] : ['left', 'right'];
  for (const precision of ['float32', 'float64'] as const) {
    const { ofX, ofY } = await engine.compute(blocks, precision, waiting.includes('right'));
    // A row is no neighbor of itself: no comparison holds for NaN.
    if (inside) {
      for (let j = 0; j < columns; j++) {
        ofX.values[(columnStart - rowStart + j) * columns + j] = Number.NaN;
      }
    }
    waiting = waiting.filter((side) => {
      if (side === 'left') {
        return !ofLeft({ ...ofX, ...place, exact: squaredDistances(x, y, width) }, precision);
      }
      const exact = squaredDistances(y, x, width);
      const turned = { rowStart: columnStart, rows: columns, columnStart: rowStart, columns: rows };
      return !ofRight({ ...(ofY as DistanceTile), ...turned, exact }, precision);
    });
    if (waiting.length === 0) return;
  }
  throw new RangeError('a scan refused a tile in float64');
}

/**
 * Distances of rows of x and rows of y, each of `width` numbers: Σ (x − y)² in float64 in a fixed order, the same whichever row
 * comes first.
 */
function squaredDistances(x: Float32Array, y: Float32Array, width: number): TileView['exact'] {
  return (row, column) => sumSquares({ x, y, width }, row * width, column * width);
}

type Sides = Pick<Blocks, 'x' | 'y' | 'width'>;

function sumSquares({ x, y, width }: Sides, a: number, b: number): number {
  // Four sums, because one addition would wait for the one before.
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < width; i += 4) {
    const d0 = x[a + i] - y[b + i];
    const d1 = x[a + i + 1] - y[b + i + 1];
    const d2 = x[a + i + 2] - y[b + i + 2];
    const d3 = x[a + i + 3] - y[b + i + 3];
    s0 += d0 * d0;
    s1 += d1 * d1;
    s2 += d2 * d2;
    s3 += d3 * d3;
  }
  for (; i < width; i++) s0 += (x[a + i] - y[b + i]) ** 2;
  return s0 + s1 + (s2 + s3);
}
