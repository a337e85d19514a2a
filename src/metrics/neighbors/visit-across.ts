import type { RowMemory } from '../../math/rows/row-memory.js';
import {
  errorBound,
  type NearPairs,
  openPairSearch,
  type PairSearch,
  type Precision,
} from '../../onnx/near-pairs.js';
import type { Block, BlockReader } from './block-reader.js';
import type { NearestNeighbors } from './nearest-neighbors.js';
import type { NeighborhoodRadii } from './neighborhood-radii.js';
import type { PairOptions } from './pair-options.js';

/** With more pairs a row of a block that float32 can't decide, the pairs of two blocks are computed again in float64. */
const UNDECIDED_A_ROW = 5;

/** What is looked for among the pairs of two tables. */
export interface AcrossSearch {
  readonly samples: BlockReader;
  /** Less the same center, in the same memory. */
  readonly reference: BlockReader;
  /** Told of pairs (sample, reference row) where the sample is in the row's neighborhood. */
  readonly ofReference: NeighborhoodRadii;
  /** Told of pairs (reference row, sample) where the row is in the sample's neighborhood. */
  readonly ofSamples: NeighborhoodRadii;
  /** Takes the nearest reference row of each sample. */
  readonly nearest: NearestNeighbors;
}

/** Goes through all pairs of a sample and a reference row. */
export async function visitAcross(
  across: AcrossSearch,
  options: Omit<PairOptions, 'blockRows'>,
): Promise<void> {
  const { signal, onProgress } = options;
  const { samples, reference } = across;
  const { center } = samples;
  const search = openPairSearch(options);
  const total = samples.length * reference.length;
  let done = 0;
  try {
    for (let from = 0; from < samples.length; from += samples.groupLength) {
      const group = await samples.hold(from);
      for (let j = 0; j < reference.length; j++) {
        const y = await reference.read(j);
        for (const x of group) {
          signal?.throwIfAborted();
          await visitBlocks({ x, y, center }, across, search);
          onProgress?.(++done / total);
        }
      }
    }
  } finally {
    await search.close();
  }
}

interface BlockPair {
  /** Of the samples. */
  readonly x: Block;
  /** Of the reference. */
  readonly y: Block;
  readonly center: Float32Array;
}

async function visitBlocks(pair: BlockPair, across: AcrossSearch, search: PairSearch): Promise<void> {
  for (const precision of ['float32', 'float64'] as const) {
    const found = await findPairs(pair, { across, search, precision });
    const decided = new DecidedPairs(pair, across, { found, precision });
    if (precision === 'float32' && decided.undecided > UNDECIDED_A_ROW * pair.x.count) continue;
    decided.visit(across.samples.memory);
    return;
  }
}

interface PairStep {
  readonly across: AcrossSearch;
  readonly search: PairSearch;
  readonly precision: Precision;
}

/** Pairs at most as far apart as one of the neighborhoods reaches, or as the sample's nearest in sight. */
function findPairs({ x, y, center }: BlockPair, { across, search, precision }: PairStep): Promise<NearPairs> {
  const bound = errorBound(center.length, precision);
  const error = x.norms.map((norm) => bound(norm, y.largest));
  const reaches = across.ofSamples.reaches.subarray(x.start, x.start + x.count);
  const ofReference = across.ofReference.reaches.subarray(y.start, y.start + y.count);
  return search.find(
    {
      x,
      y,
      center,
      ofX: reaches.map((reach, i) => reach + error[i]),
      ofY: ofReference.map((reach, j) => reach + bound(x.largest, y.norms[j])),
      nearest: {
        rank: 1,
        caps: error.map((each, i) => across.nearest.last(x.start + i) + each),
        slack: error.map((each) => 2 * each),
      },
    },
    precision,
  );
}

/** The pairs of two blocks that were found, each decided by its distance as it is or, where that can't tell, by the exact one. */
class DecidedPairs {
  /** Pairs that need the exact distance. */
  readonly undecided: number;
  readonly #pair: BlockPair;
  readonly #across: AcrossSearch;
  readonly #found: NearPairs;
  /** What the pair may mean: bits of IN_REFERENCE, IN_SAMPLES, NEAREST, and UNDECIDED. */
  readonly #meaning: Uint8Array;

  constructor(
    pair: BlockPair,
    across: AcrossSearch,
    { found, precision }: { readonly found: NearPairs; readonly precision: Precision },
  ) {
    this.#pair = pair;
    this.#across = across;
    this.#found = found;
    this.#meaning = new Uint8Array(found.at.length);
    const { x, y, center } = pair;
    const bound = errorBound(center.length, precision);
    const nearest = Float64Array.from(x.norms, (_, i) => across.nearest.last(x.start + i));
    this.#each((k, i, j) => {
      nearest[i] = Math.min(nearest[i], found.squared[k] + bound(x.norms[i], y.norms[j]));
    });
    let undecided = 0;
    this.#each((k, i, j) => {
      const squared = found.squared[k];
      const error = bound(x.norms[i], y.norms[j]);
      const least = squared - error;
      let meaning = 0;
      if (least <= across.ofReference.reaches[y.start + j]) {
        meaning |= IN_REFERENCE;
        if (across.ofReference.isNearEdge(y.start + j, squared, error)) meaning |= UNDECIDED;
      }
      if (least <= across.ofSamples.reaches[x.start + i]) {
        meaning |= IN_SAMPLES;
        if (across.ofSamples.isNearEdge(x.start + i, squared, error)) meaning |= UNDECIDED;
      }
      // Nothing is nearer than what lies at the same place.
      if (least <= nearest[i] && across.nearest.last(x.start + i) > 0) meaning |= NEAREST | UNDECIDED;
      if (meaning & UNDECIDED) undecided++;
      this.#meaning[k] = meaning;
    });
    this.undecided = undecided;
  }

  visit(memory: RowMemory): void {
    const { x, y } = this.#pair;
    const { ofReference, ofSamples, nearest } = this.#across;
    this.#each((k, i, j) => {
      const meaning = this.#meaning[k];
      if (meaning === 0) return;
      const squared =
        meaning & UNDECIDED ? memory.squaredDistance(x.rows, y.rows, i, j) : this.#found.squared[k];
      const [sample, real] = [x.start + i, y.start + j];
      if (meaning & IN_REFERENCE) ofReference.visit(real, sample, squared);
      if (meaning & IN_SAMPLES) ofSamples.visit(sample, real, squared);
      if (meaning & NEAREST) nearest.keep(sample, real, squared);
    });
  }

  #each(visit: (k: number, i: number, j: number) => void): void {
    const { at } = this.#found;
    const columns = this.#pair.y.count;
    for (let k = 0; k < at.length; k++) {
      const i = Math.floor(at[k] / columns);
      visit(k, i, at[k] - i * columns);
    }
  }
}

const IN_REFERENCE = 1;
const IN_SAMPLES = 2;
const NEAREST = 4;
const UNDECIDED = 8;
