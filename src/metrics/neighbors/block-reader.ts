import { columnMeans } from '../../math/statistics/column-means.js';
import type { CenteredRows } from '../../onnx/near-pairs.js';
import type { Rows } from '../rows.js';

/** Rows of a block: 8 MB at 2048 features, so that blocks and their distances are near the processor. */
const BLOCK_ROWS = 1024;
const BLOCK_ELEMENTS = 2 ** 22;
/** Bytes of blocks that are held at a time. */
const HELD_BYTES = 192 * 2 ** 20;
/** The center is the mean of rows from this many places of a table, so that a table in the order of its classes has a fair one. */
const CENTER_PLACES = 16;
const CENTER_ROWS = 64;

/** Some rows of a table. */
export interface Block extends CenteredRows {
  readonly start: number;
  readonly count: number;
  /** The largest of the squared lengths. */
  readonly largest: number;
}

/** The blocks of a table less its own center. */
export async function openBlocks(table: Rows, blockRows?: number): Promise<BlockReader> {
  return new BlockReader(table, await findCenter(table), blockRows);
}

/** Gives a table in blocks of rows less a center, and holds as many of them as fit. */
export class BlockReader {
  /** Number of blocks. */
  readonly length: number;
  /** Blocks that are held together. */
  readonly groupLength: number;
  readonly #blockRows: number;
  #held: { readonly from: number; readonly blocks: readonly Block[] } = { from: 0, blocks: [] };

  constructor(
    readonly table: Rows,
    readonly center: Float32Array,
    blockRows: number = defaultBlockRows(table.width),
  ) {
    this.#blockRows = blockRows;
    this.length = Math.ceil(table.count / blockRows);
    this.groupLength = Math.max(1, Math.floor(HELD_BYTES / (blockRows * table.width * 8)));
  }

  /** Holds the blocks of a group, and no longer those of another one. */
  async hold(from: number): Promise<readonly Block[]> {
    if (this.#held.blocks.length > 0 && this.#held.from === from) return this.#held.blocks;
    this.#held = { from, blocks: [] };
    const blocks: Block[] = [];
    const end = Math.min(from + this.groupLength, this.length);
    for (let index = from; index < end; index++) blocks.push(await this.#load(index));
    this.#held = { from, blocks };
    return blocks;
  }

  /** A block: the one that is held, or read again. */
  async read(index: number): Promise<Block> {
    return this.#held.blocks[index - this.#held.from] ?? (await this.#load(index));
  }

  async #load(index: number): Promise<Block> {
    const start = index * this.#blockRows;
    const end = Math.min(start + this.#blockRows, this.table.count);
    return { start, ...makeBlock(await this.table.read(start, end), this.center) };
  }
}

/** A block of rows that stand nowhere in particular. */
export function makeBlock(rows: Float32Array, center: Float32Array): Omit<Block, 'start'> {
  const width = center.length;
  const count = rows.length / width;
  const centered = new Float32Array(rows.length);
  const norms = new Float64Array(count);
  let largest = 0;
  for (let row = 0; row < count; row++) {
    norms[row] = subtractCenter(rows, center, centered, row * width);
    largest = Math.max(largest, norms[row]);
  }
  return { count, rows, centered, norms, largest };
}

/** Subtracts the center from the row that begins at `first`. @returns the squared length of what is left */
function subtractCenter(
  rows: Float32Array,
  center: Float32Array,
  centered: Float32Array,
  first: number,
): number {
  // Four sums, because one addition would wait for the one before.
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let k = 0;
  for (let at = first; k + 3 < center.length; k += 4, at += 4) {
    const d0 = Math.fround(rows[at] - center[k]);
    const d1 = Math.fround(rows[at + 1] - center[k + 1]);
    const d2 = Math.fround(rows[at + 2] - center[k + 2]);
    const d3 = Math.fround(rows[at + 3] - center[k + 3]);
    centered[at] = d0;
    centered[at + 1] = d1;
    centered[at + 2] = d2;
    centered[at + 3] = d3;
    s0 += d0 * d0;
    s1 += d1 * d1;
    s2 += d2 * d2;
    s3 += d3 * d3;
  }
  for (; k < center.length; k++) {
    const difference = Math.fround(rows[first + k] - center[k]);
    centered[first + k] = difference;
    s0 += difference * difference;
  }
  return s0 + s1 + (s2 + s3);
}

/** The mean of some rows of a table, float32 [width]. */
async function findCenter(table: Rows): Promise<Float32Array> {
  const step = Math.ceil(table.count / CENTER_PLACES);
  const sum = new Float64Array(table.width);
  let places = 0;
  for (let start = 0; start < table.count; start += step, places++) {
    const end = Math.min(start + Math.min(CENTER_ROWS, step), table.count);
    const means = columnMeans(await table.read(start, end), end - start, table.width);
    for (let k = 0; k < sum.length; k++) sum[k] += means[k];
  }
  return Float32Array.from(sum, (each) => each / Math.max(1, places));
}

function defaultBlockRows(width: number): number {
  return Math.max(64, Math.min(BLOCK_ROWS, Math.floor(BLOCK_ELEMENTS / width)));
}
