import type { Session } from '../../onnx/session.js';
import type { TensorData } from '../../onnx/tensor.js';
import { BlockSum, SUM_BLOCK } from './block-sum.js';
import {
  type AxisPart,
  averagePixels,
  cutPixels,
  halvedLength,
  listPositions,
  type Pixels,
} from './halved-pixels.js';
import { type MapTile, type PairShape, windowOf } from './msssim-graph.js';

/** Columns of tiles narrower than a block of the sum are of few different numbers, so that sessions serve several levels and sizes. */
const COLUMNS_STEP = 128;

/** More rows would make a graph of hundreds of nodes. */
const MAX_ROWS = 2048;

/** Two pictures of one size. */
export interface PicturePair extends PairShape {
  /** uint8 [height, width, channels], 0–255. */
  readonly a: Uint8Array;
  readonly b: Uint8Array;
}

export interface TileOptions {
  /** Positions of one tile, about; decides on memory and speed alone. */
  readonly pixelsPerTile: number;
  /** A session of `buildTileGraph` for such tiles. */
  readonly sessionFor: (tile: MapTile) => Promise<Session>;
  readonly signal?: AbortSignal;
}

/**
 * The terms of MS-SSIM of one pair, with the bits of `buildMsssimGraph`'s, in memory that does not grow with the pictures.
 *
 * @returns float64 [numLevels]
 * @throws the signal's reason, if it is aborted
 */
export async function computeTermsInTiles(
  pair: PicturePair,
  numLevels: number,
  options: TileOptions,
): Promise<Float64Array> {
  const terms = new Float64Array(numLevels);
  for (let level = 0; level < numLevels; level++) {
    terms[level] = await computeTerm(pair, { halvings: level, isLast: level === numLevels - 1 }, options);
  }
  return terms;
}

/** Mean of one level's map over positions and channels: rows are summed first, then the rows of all channels. */
async function computeTerm(
  pair: PicturePair,
  { halvings, isLast }: { readonly halvings: number; readonly isLast: boolean },
  options: TileOptions,
): Promise<number> {
  const { channels } = pair;
  const type = halvings === 0 ? 'uint8' : 'float32';
  const height = halvedLength(pair.height, halvings);
  const width = halvedLength(pair.width, halvings);
  const window = windowOf(height, width);
  const numRows = height - window + 1;
  const numColumns = width - window + 1;
  const rows = rowsOfTile(numRows, columnsOfTile(numColumns), options.pixelsPerTile);
  const sum = new BlockSum(channels, numRows);
  for (let top = 0; top < numRows; top += rows) {
    const strip = listPositions(pair.height, halvings, top, rows + window - 1);
    const rowSums = new Float64Array(channels * rows);
    for (let left = 0; left < numColumns; left += SUM_BLOCK) {
      options.signal?.throwIfAborted();
      const columns = columnsOfTile(numColumns - left);
      const session = await options.sessionFor({ rows, columns, channels, window, type, isLast });
      const across = listPositions(pair.width, halvings, left, columns + window - 1);
      const part = (data: Uint8Array) => partOf({ data, width: pair.width, channels }, strip, across);
      const inside = new Float64Array(columns).fill(1, 0, numColumns - left);
      const { sums } = await session.run({
        a: part(pair.a),
        b: part(pair.b),
        inside: { type: 'float64', shape: [columns, 1], data: inside },
      });
      for (let i = 0; i < rowSums.length; i++) rowSums[i] += Number(sums.data[i]);
    }
    for (let channel = 0; channel < channels; channel++) {
      for (let row = 0; row < rows && top + row < numRows; row++) {
        sum.add(channel, top + row, rowSums[channel * rows + row]);
      }
    }
  }
  return sum.total() / (channels * numRows * numColumns);
}

/** A whole block of the sum, or enough for the columns that are left. */
function columnsOfTile(left: number): number {
  if (left < COLUMNS_STEP) return left;
  return Math.min(SUM_BLOCK, Math.ceil(left / COLUMNS_STEP) * COLUMNS_STEP);
}

function rowsOfTile(numRows: number, columns: number, pixelsPerTile: number): number {
  const most = Math.max(1, Math.min(MAX_ROWS, Math.floor(pixelsPerTile / columns)));
  return Math.min(numRows, most);
}

/** A part of a level of one picture, as the graph of a tile takes it. */
function partOf(pixels: Pixels, rows: AxisPart, columns: AxisPart): TensorData {
  const { perPosition } = rows;
  const shape = [1, rows.pixels.length / perPosition, columns.pixels.length / perPosition, pixels.channels];
  return perPosition === 1
    ? { type: 'uint8', shape, data: cutPixels(pixels, rows, columns) }
    : { type: 'float32', shape, data: averagePixels(pixels, rows, columns) };
}
