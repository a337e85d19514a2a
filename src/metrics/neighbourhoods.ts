import { RandomState } from '../maths/random-state.js';
import { type BallRule, Balls } from './balls.js';
import { BallCounts, type Deletions, drawGroups, groupSizes, Share } from './deletions.js';
import { scanAcross, scanWithin, type TileOptions, type TileScan } from './distance-tiles.js';
import type { Rows } from './metric.js';
import { NearestNeighbours } from './nearest-neighbours.js';

/** Precision and recall: torch-fidelity's and the paper's (Kynkäänniemi et al. 2019). */
export const MANIFOLD_K = 3;
/** Density and coverage, as their authors chose it (Naeem et al. 2020). */
export const DENSITY_K = 5;
/** Neighbours kept beyond the largest k, so that the balls are known when some of the nearest are deleted. */
const SPARE_NEIGHBOURS = 3;

const MANIFOLD: BallRule = { k: MANIFOLD_K, closed: true };
const DENSITY: BallRule = { k: DENSITY_K, closed: false };

/** What the pairs of rows of two sets tell. Distances are Euclidean, between the features as they are. */
export interface Neighbourhoods {
  /** Share of the samples that lie in a ball of the reference, to the third neighbour. */
  readonly precision: Deletions;
  /** Share of the reference that lies in a ball of the samples, to the third neighbour. */
  readonly recall: Deletions;
  /** Mean number of the reference's balls in which a sample lies, to the fifth neighbour, over five. */
  readonly density: Deletions & { /** Over the samples, ddof 1. */ readonly variance: number };
  /** Share of the reference's balls, to the fifth neighbour, that hold a sample. */
  readonly coverage: Deletions;
  readonly nearest: NearestRows;
}

/** Of each sample among the other samples, of each reference row among the others, of each sample in the reference. */
export interface NearestRows {
  readonly withinSamples: NearestNeighbours;
  readonly withinReference: NearestNeighbours;
  readonly samplesToReference: NearestNeighbours;
}

/**
 * Everything that precision, recall, density, coverage and the search for copies need, from one pass over the pairs
 * of rows of each set and one over those across. Memory holds blocks of rows, two tiles of distances and a few numbers a
 * row. Whether a row lies in a ball is decided in float64 from the rows themselves wherever float32 can't tell.
 *
 * @param samples features [n, D]; recall means something for n > 3
 * @param reference features [m, D]; precision means something for m > 3, density and coverage for m > 5
 * @param seed of the groups that are deleted
 */
export async function computeNeighbourhoods(
  samples: Rows,
  reference: Rows,
  seed: number,
  options: TileOptions,
): Promise<Neighbourhoods> {
  const stream = new RandomState(seed);
  const sampleGroups = drawGroups(samples.count, stream);
  const referenceGroups = drawGroups(reference.count, stream);
  const [n, m] = [samples.count, reference.count];
  const [first, second, third] = splitProgress(options, [n ** 2 / 2, m ** 2 / 2, n * m]);
  const withinSamples = await findNeighbours(samples, MANIFOLD_K, first);
  const withinReference = await findNeighbours(reference, DENSITY_K, second);

  const precision = new Share(n);
  const recall = new Share(m);
  const density = new BallCounts(n);
  const coverage = new Share(m);
  const coverageByReference = new Share(m);
  const ofReference = new Balls(withinReference, [MANIFOLD, DENSITY], referenceGroups);
  const inReference = ofReference.scanFor((row, column, rule, { inside, withoutGroup }) => {
    if (rule === 0) {
      precision.add(row, inside, withoutGroup);
      return;
    }
    density.add(row, inside, withoutGroup, referenceGroups?.[column]);
    if (inside) coverage.add(column, true, sampleGroups ? ~(1 << sampleGroups[row]) : 0);
    coverageByReference.add(column, inside, withoutGroup);
  });
  const ofSamples = new Balls(withinSamples, [MANIFOLD], sampleGroups);
  const inSamples = ofSamples.scanFor((row, _column, _rule, { inside, withoutGroup }) =>
    recall.add(row, inside, withoutGroup),
  );
  const samplesToReference = new NearestNeighbours(n, 1);
  await scanAcross(samples, reference, inTurn(inReference, samplesToReference.scan), inSamples, third);

  return {
    precision: {
      value: precision.value,
      ...(referenceGroups && { withoutReference: precision.withoutGroups() }),
    },
    recall: { value: recall.value, ...(sampleGroups && { withoutSamples: recall.withoutGroups() }) },
    density: {
      value: density.mean / DENSITY_K,
      variance: density.variance / DENSITY_K ** 2,
      ...(referenceGroups && { withoutReference: density.withoutGroups().map((each) => each / DENSITY_K) }),
    },
    coverage: {
      value: coverage.value,
      ...(sampleGroups && { withoutSamples: coverage.withoutGroups() }),
      ...(referenceGroups && {
        withoutReference: coverageByReference.withoutGroups(groupSizes(referenceGroups)),
      }),
    },
    nearest: { withinSamples, withinReference, samplesToReference },
  };
}

async function findNeighbours(table: Rows, k: number, options: TileOptions): Promise<NearestNeighbours> {
  const size = Math.max(1, Math.min(k + SPARE_NEIGHBOURS, table.count - 1));
  const neighbours = new NearestNeighbours(table.count, size);
  await scanWithin(table, neighbours.scan, options);
  return neighbours;
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
