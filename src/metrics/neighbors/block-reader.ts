import { type PlacedRows, RowMemory } from '../../math/rows/row-memory.js';
import { columnMeans } from '../../math/statistics/column-means.js';
import type { Rows } from '../rows.js';

/** Rows of a block: 8 MB at 2048 features, so that blocks and their distances are near the processor. */
const BLOCK_ROWS = 1024;
const BLOCK_ELEMENTS = 2 ** 22;
/** Bytes of blocks that are held at a time. */
const HELD_BYTES = 192 * 2 ** 20;
/** The center is the mean of rows from this many places of a table, so that a table in the order of its classes has a fair one. */
const CENTER_PLACES = 16;
const CENTER_ROWS = 64;

/** Some rows of a table, in a memory. */
export interface Block extends PlacedRows {
  readonly start: number;
  readonly count: number;
  /** The largest of the squared lengths. */
  readonly largest: number;
}

/** Places beside those of a group: one for a block that is read, and one for rows that are gathered. */
const SPARE_PLACES = 2;

/**
 * Memory for the blocks of tables of one width that are compared: for a group of blocks of one of them, and for one more block of any.
 *
 * @param blockRows rows of a block. @default as many as fit in 8 MB, at most 1024
 */
export function openBlockMemory(tables: readonly Rows[], blockRows?: number): RowMemory {
  const [{ width }] = tables;
  const longest = Math.max(1, ...tables.map(({ count }) => count));
  const rows = Math.min(blockRows ?? defaultBlockRows(width), longest);
  const held = Math.min(Math.floor(HELD_BYTES / (rows * width * 8)), Math.ceil(longest / rows));
  return new RowMemory({ places: Math.max(1, held) + SPARE_PLACES, rows, width });
}

/** Gives a table in blocks of rows less a center, and holds as many of them as fit in a memory. */
export class BlockReader {
  /** Number of blocks. */
  readonly length: number;
  /** Blocks that are held together. */
  readonly groupLength: number;
  #held: { readonly from: number; readonly blocks: readonly Block[] } = { from: 0, blocks: [] };

  /** @param memory in which no other reader holds blocks any longer */
  constructor(
    readonly table: Rows,
    readonly center: Float32Array,
    readonly memory: RowMemory,
  ) {
    this.length = Math.ceil(table.count / memory.size.rows);
    this.groupLength = memory.size.places - SPARE_PLACES;
  }

  /** Holds the blocks of a group, and no longer those of another one. */
  async hold(from: number): Promise<readonly Block[]> {
    if (this.#held.blocks.length > 0 && this.#held.from === from) return this.#held.blocks;
    this.#held = { from, blocks: [] };
    const blocks: Block[] = [];
    const end = Math.min(from + this.groupLength, this.length);
    for (let index = from; index < end; index++) blocks.push(await this.#load(index, index - from));
    this.#held = { from, blocks };
    return blocks;
  }

  /** A block: the one that is held, or read again; then it stands until the next one is read. */
  async read(index: number): Promise<Block> {
    return this.#held.blocks[index - this.#held.from] ?? (await this.#load(index, this.groupLength));
  }

  /** Rows that are not one after the other; they stand until others are gathered. */
  gathered(rows: Float32Array): Omit<Block, 'start'> {
    return this.#place(this.groupLength + 1, rows);
  }

  async #load(index: number, place: number): Promise<Block> {
    const start = index * this.memory.size.rows;
    const end = Math.min(start + this.memory.size.rows, this.table.count);
    return { start, ...this.#place(place, await this.table.read(start, end)) };
  }

  #place(place: number, rows: Float32Array): Omit<Block, 'start'> {
    const placed = this.memory.place(place, rows, this.center);
    return { ...placed, count: placed.norms.length, largest: Math.max(...placed.norms) };
  }
}

/** The blocks of a table less its own center. */
export async function openBlocks(table: Rows, memory: RowMemory): Promise<BlockReader> {
  return new BlockReader(table, await findCenter(table), memory);
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

/** A multiple of 64, since the search among pairs is faster for even blocks. */
function defaultBlockRows(width: number): number {
  return Math.max(64, Math.min(BLOCK_ROWS, Math.floor(BLOCK_ELEMENTS / width / 64) * 64));
}
