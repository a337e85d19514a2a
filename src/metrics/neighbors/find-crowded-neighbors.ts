import { errorBound, type PairSearch } from '../../onnx/near-pairs.js';
import type { Block, BlockReader } from './block-reader.js';
import type { NearestNeighbors } from './nearest-neighbors.js';

interface CrowdedSearch {
  readonly blocks: BlockReader;
  /** Takes what is found. */
  readonly nearest: NearestNeighbors;
  readonly search: PairSearch;
  readonly signal?: AbortSignal;
}

/**
 * Finds the nearest other rows of rows that float32 can't tell apart: in float64, and with exact distances where that is not enough.
 *
 * @param crowded rows of the table, ascending
 */
export async function findCrowdedNeighbors(crowded: Int32Array, search: CrowdedSearch): Promise<void> {
  const atATime = search.blocks.memory.size.rows;
  for (let from = 0; from < crowded.length; from += atATime) {
    const rows = crowded.subarray(from, from + atATime);
    const x = search.blocks.gathered(await gather(rows, search.blocks));
    for (let j = 0; j < search.blocks.length; j++) {
      search.signal?.throwIfAborted();
      await keepNearest({ rows, x, y: await search.blocks.read(j) }, search);
    }
  }
}

async function gather(rows: Int32Array, { table, center }: BlockReader): Promise<Float32Array> {
  const width = center.length;
  const gathered = new Float32Array(rows.length * width);
  for (let from = 0; from < rows.length; ) {
    // Rows that follow one another are read together.
    let to = from + 1;
    while (to < rows.length && rows[to] === rows[to - 1] + 1) to++;
    gathered.set(await table.read(rows[from], rows[to - 1] + 1), from * width);
    from = to;
  }
  return gathered;
}

interface Lookup {
  readonly rows: Int32Array;
  readonly x: Omit<Block, 'start'>;
  readonly y: Block;
}

async function keepNearest(
  { rows, x, y }: Lookup,
  { blocks, nearest, search }: CrowdedSearch,
): Promise<void> {
  const { center } = blocks;
  const bound = errorBound(center.length, 'float64');
  const error = x.norms.map((norm) => bound(norm, y.largest));
  // Nothing is nearer than what lies at the same place.
  const caps = error.map((each, i) =>
    nearest.last(rows[i]) > 0 ? nearest.last(rows[i]) + each : Number.NEGATIVE_INFINITY,
  );
  const found = await search.find(
    {
      x,
      y,
      center,
      ofX: new Float64Array(x.count).fill(Number.NEGATIVE_INFINITY),
      nearest: { rank: nearest.size + 1, caps, slack: error.map((each) => 2 * each) },
    },
    'float64',
  );
  for (let k = 0; k < found.at.length; k++) {
    const i = Math.floor(found.at[k] / y.count);
    const j = found.at[k] - i * y.count;
    const row = rows[i];
    const last = nearest.last(row);
    if (row === y.start + j || last === 0 || found.squared[k] - error[i] > last) continue;
    nearest.keep(row, y.start + j, blocks.memory.squaredDistance(x.rows, y.rows, i, j));
  }
}
