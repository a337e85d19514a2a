import { NumpyRandom } from '../../math/random/numpy-random.js';
import type { Rows } from '../metric.js';
import { type BallRule, Balls } from './balls.js';
import { scanAcross, scanWithin, type TileOptions, type TileScan } from './distance-tiles.js';
import { BallCounts, drawHalves, Share } from './halves.js';
import { NearestNeighbors } from './nearest-neighbors.js';

/** Precision and recall: torch-fidelity's and the paper's (Kynkäänniemi et al. 2019). */
export const MANIFOLD_K = 3;
/** Density and coverage, as their authors chose it (Naeem et al. 2020). */
export const DENSITY_K = 5;
/** Neighbors kept for k of them in a half: of 99 balls in a hundred they are enough. */
const KEPT_NEIGHBORS: Readonly<Record<number, number>> = { [MANIFOLD_K]: 13, [DENSITY_K]: 18 };

const MANIFOLD: BallRule = { k: MANIFOLD_K, closed: true };
const DENSITY: BallRule = { k: DENSITY_K, closed: false };

/** A number, and what it is in halves of the data; absent where a set is too small to be halved. */
export interface Halved {
  readonly value: number;
  /** With half of the samples and half of the reference; the two of a pair have no row in common. */
  readonly inHalves?: Float64Array;
}

/** What the pairs of rows of two sets tell. Distances are Euclidean, between the features as they are. */
export interface Neighborhoods {
  /** Share of the samples that lie in a ball of the reference, to the third neighbor. */
  readonly precision: Halved;
  /** Share of the reference that lies in a ball of the samples, to the third neighbor. */
  readonly recall: Halved;
  /** Mean number of the reference's balls in which a sample lies, to the fifth neighbor, over five. */
  readonly density: Halved & { /** Over the samples, ddof 1. */ readonly variance: number };
  /** Share of the reference's balls, to the fifth neighbor, that hold a sample. */
  readonly coverage: Halved;
  readonly nearest: NearestRows;
}

/** Of each sample among the other samples, of each reference row among the others, of each sample in the reference. */
export interface NearestRows {
  readonly withinSamples: NearestNeighbors;
  readonly withinReference: NearestNeighbors;
  readonly samplesToReference: NearestNeighbors;
}

/**
 * Everything that precision, recall, density, coverage and the search for copies need, from one pass over the pairs
 * of rows of each set and one over those across. Memory holds blocks of rows, two tiles of distances and a few numbers a
 * row. Whether a row lies in a ball is decided in float64 from the rows themselves wherever float32 can't tell.
 *
 * @param samples features [n, D]; recall means something for n > 3
 * @param reference features [m, D]; precision means something for m > 3, density and coverage for m > 5
 * @param seed of the halves
 */
export async function computeNeighborhoods(
  samples: Rows,
  reference: Rows,
  seed: number,
  options: TileOptions,
): Promise<Neighborhoods> {
  const stream = new NumpyRandom(seed);
  const sampleHalves = drawHalves(samples.count, stream);
  const referenceHalves = drawHalves(reference.count, stream);
  const halves = sampleHalves && referenceHalves && { samples: sampleHalves, reference: referenceHalves };
  const [n, m] = [samples.count, reference.count];
  const [first, second, third] = splitProgress(options, [n ** 2 / 2, m ** 2 / 2, n * m]);
  const withinSamples = await findNeighbors(samples, MANIFOLD_K, first);
  const withinReference = await findNeighbors(reference, DENSITY_K, second);

  const precision = new Share(n);
  const recall = new Share(m);
  const density = new BallCounts(n);
  const coverage = new Share(m);
  const ofReference = new Balls(withinReference, [MANIFOLD, DENSITY], halves?.reference);
  const inReference = ofReference.scanFor((row, column, rule, { inside, inHalves }) => {
    if (rule === 0) {
      precision.add(row, inside, inHalves);
      return;
    }
    const inBoth = inHalves & (halves?.samples[row] ?? 0);
    density.add(row, inside, inBoth);
    coverage.add(column, inside, inBoth);
  });
  const ofSamples = new Balls(withinSamples, [MANIFOLD], halves?.samples);
  const inSamples = ofSamples.scanFor((row, _column, _rule, { inside, inHalves }) =>
    recall.add(row, inside, inHalves),
  );
  const samplesToReference = new NearestNeighbors(n, 1);
  await scanAcross(samples, reference, inTurn(inReference, samplesToReference.scan), inSamples, third);

  return {
    precision: {
      value: precision.value,
      ...(halves && { inHalves: precision.inHalves(halves.samples) }),
    },
    recall: {
      value: recall.value,
      ...(halves && { inHalves: recall.inHalves(halves.reference) }),
    },
    density: {
      value: density.mean / DENSITY_K,
      variance: density.variance / DENSITY_K ** 2,
      ...(halves && { inHalves: density.inHalves(halves.samples).map((each) => each / DENSITY_K) }),
    },
    coverage: {
      value: coverage.value,
      ...(halves && { inHalves: coverage.inHalves(halves.reference) }),
    },
    nearest: { withinSamples, withinReference, samplesToReference },
  };
}

async function findNeighbors(table: Rows, k: number, options: TileOptions): Promise<NearestNeighbors> {
  const size = Math.max(1, Math.min(KEPT_NEIGHBORS[k], table.count - 1));
  const neighbors = new NearestNeighbors(table.count, size);
  await scanWithin(table, neighbors.scan, options);
  return neighbors;
}

/** One scan after the other. A scan that took a tile is not shown it again when the other one wants it more precise. */
function inTurn(first: TileScan, second: TileScan): TileScan {
  let taken = false;
  return (tile, precision) => {
    if (!taken && !first(tile, precision)) return false;
    taken = !second(tile, precision);
    return !taken;
  };
}

/** Options for each of some stages, whose shares of the work are given, so that progress goes on from one to the next. */
function splitProgress(options: TileOptions, work: readonly number[]): TileOptions[] {
  const total = work.reduce((sum, each) => sum + each, 0);
  let before = 0;
  return work.map((own) => {
    const start = before;
    before += own;
    const onProgress = (fraction: number) => options.onProgress?.((start + own * fraction) / total);
    return { ...options, onProgress };
  });
}
