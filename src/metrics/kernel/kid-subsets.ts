import type { NumpyRandom } from '../../math/random/numpy-random.js';
import type { Rows } from '../rows.js';

/** Which subsets are drawn. */
export interface SubsetPlan {
  readonly numSubsets: number;
  readonly subsetSize: number;
  /** Rows of the samples' table, and of the reference's. */
  readonly samplesCount: number;
  readonly referenceCount: number;
}

/** The rows of one subset of samples and one of reference. */
export interface SubsetPair {
  readonly samples: Int32Array;
  readonly reference: Int32Array;
}

/** Draws the subsets as torch-fidelity does: for each, first the samples' rows, then the reference's. */
export function drawSubsets(
  { numSubsets, subsetSize, samplesCount, referenceCount }: SubsetPlan,
  rng: NumpyRandom,
): SubsetPair[] {
  // Copies, because a draw is the head of a permutation of the whole table.
  return Array.from({ length: numSubsets }, () => ({
    samples: rng.choice(samplesCount, subsetSize).slice(),
    reference: rng.choice(referenceCount, subsetSize).slice(),
  }));
}

const BLOCK_ROWS = 1024;

/** Reads the rows of several subsets in one pass over the table, in the order in which each was drawn. */
export async function gatherSubsets(rows: Rows, subsets: readonly Int32Array[]): Promise<Rows[]> {
  const { width } = rows;
  const gathered = subsets.map((subset) => new Float32Array(subset.length * width));
  // For each subset, its positions in ascending order of the row, and how far the pass has come in them.
  const orders = subsets.map((subset) =>
    Int32Array.from(subset.keys()).sort((a, b) => subset[a] - subset[b]),
  );
  const reached = subsets.map(() => 0);
  for (let start = 0; start < rows.count; start += BLOCK_ROWS) {
    const end = Math.min(start + BLOCK_ROWS, rows.count);
    const block = await rows.read(start, end);
    for (const [s, subset] of subsets.entries()) {
      for (; reached[s] < subset.length; reached[s]++) {
        const position = orders[s][reached[s]];
        const row = subset[position] - start;
        if (row >= end - start) break;
        gathered[s].set(block.subarray(row * width, (row + 1) * width), position * width);
      }
    }
  }
  return gathered.map((values, s) => ({
    count: subsets[s].length,
    width,
    read: async (start, end) => values.subarray(start * width, end * width),
  }));
}
