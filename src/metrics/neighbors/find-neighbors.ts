import type { RowMemory } from '../../math/rows/row-memory.js';
import { errorBound, openPairSearch, type PairSearch } from '../../onnx/near-pairs.js';
import type { Block, BlockReader } from './block-reader.js';
import { findCrowdedNeighbors } from './find-crowded-neighbors.js';
import { NearLists } from './near-lists.js';
import { NearestNeighbors } from './nearest-neighbors.js';
import type { PairOptions } from './pair-options.js';

/**
 * Finds the nearest other rows of every row of a table, given in blocks. Distances in float32, half of them because they are the same in both orders,
 * leave few candidates; exact ones decide among those.
 *
 * @param size nearest rows of each row, less than the rows of the table
 */
export async function findNeighbors(
  blocks: BlockReader,
  size: number,
  options: Omit<PairOptions, 'blockRows'>,
): Promise<NearestNeighbors> {
  const { signal, onProgress } = options;
  const { count } = blocks.table;
  const search = openPairSearch(options);
  try {
    const lists = new NearLists(count, size);
    const total = (blocks.length * (blocks.length + 1)) / 2;
    let done = 0;
    for await (const [x, y] of visitHalf(blocks)) {
      signal?.throwIfAborted();
      await collect({ x, y, center: blocks.center }, lists, search);
      onProgress?.(++done / total);
    }
    const nearest = new NearestNeighbors(count, size);
    await keepExact(blocks, lists, nearest);
    const crowded = Int32Array.from(Array(count).keys()).filter((row) => lists.isCrowded(row));
    await findCrowdedNeighbors(crowded, { blocks, nearest, search, signal });
    return nearest;
  } finally {
    await search.close();
  }
}

/** Every pair of blocks once; each one with itself comes before it does with the next ones, so that good limits are known early. */
async function* visitHalf(blocks: BlockReader): AsyncGenerator<readonly [Block, Block]> {
  for (let from = 0; from < blocks.length; from += blocks.groupLength) {
    const group = await blocks.hold(from);
    for (const block of group) yield [block, block];
    for (let j = from + 1; j < blocks.length; j++) {
      const y = await blocks.read(j);
      for (const x of group) if (x.start < y.start) yield [x, y];
    }
  }
}

interface BlockPair {
  readonly x: Block;
  readonly y: Block;
  readonly center: Float32Array;
}

/** Puts into the lists what two blocks, or one block with itself, have. */
async function collect({ x, y, center }: BlockPair, lists: NearLists, search: PairSearch): Promise<void> {
  const bound = errorBound(center.length, 'float32');
  const isSame = x === y;
  const ofX = limitsWith(lists, x, (norm) => bound(norm, y.largest));
  const ofY = isSame ? undefined : limitsWith(lists, y, (norm) => bound(x.largest, norm));
  if (![...ofX, ...(ofY ?? [])].some((limit) => limit > Number.NEGATIVE_INFINITY)) return;
  const nearest = isSame && {
    // The row itself is among them.
    rank: lists.size + 1,
    caps: ofX,
    slack: x.norms.map((norm) => 2 * bound(norm, y.largest)),
  };
  const found = await search.find(
    { x, y, center, ...(nearest ? { ofX: nothing(x.count), nearest } : { ofX, ofY }) },
    'float32',
  );
  for (let k = 0; k < found.at.length; k++) {
    const i = Math.floor(found.at[k] / y.count);
    const j = found.at[k] - i * y.count;
    if (isSame && i === j) continue;
    const squared = found.squared[k];
    const error = bound(x.norms[i], y.norms[j]);
    lists.add(x.start + i, y.start + j, squared, error);
    if (!isSame) lists.add(y.start + j, x.start + i, squared, error);
  }
}

function limitsWith(lists: NearLists, { start, count, norms }: Block, error: (norm: number) => number) {
  return lists.limits(start, start + count).map((limit, row) => limit + error(norms[row]));
}

function nothing(count: number): Float64Array {
  return new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
}

/** Keeps the nearest of the candidates of each row by their exact distances. */
async function keepExact(blocks: BlockReader, lists: NearLists, nearest: NearestNeighbors): Promise<void> {
  for (let from = 0; from < blocks.length; from += blocks.groupLength) {
    const group = await blocks.hold(from);
    for (let j = 0; j < blocks.length; j++) {
      const y = await blocks.read(j);
      for (const x of group) keepExactOf({ x, y, memory: blocks.memory }, lists, nearest);
    }
  }
}

interface PlacedBlocks {
  readonly x: Block;
  readonly y: Block;
  readonly memory: RowMemory;
}

function keepExactOf({ x, y, memory }: PlacedBlocks, lists: NearLists, nearest: NearestNeighbors): void {
  for (let i = 0; i < x.count; i++) {
    const row = x.start + i;
    for (const index of lists.candidates(row)) {
      const j = index - y.start;
      if (j < 0 || j >= y.count) continue;
      nearest.keep(row, index, memory.squaredDistance(x.rows, y.rows, i, j));
    }
  }
}
