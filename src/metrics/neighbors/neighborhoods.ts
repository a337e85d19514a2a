import { NumpyRandom } from '../../math/random/numpy-random.js';
import type { Rows } from '../rows.js';
import type { Subject } from '../subject.js';
import { BlockReader, openBlockMemory, openBlocks } from './block-reader.js';
import { findNeighbors } from './find-neighbors.js';
import { drawHalves, NeighborhoodCounts, Share } from './halves.js';
import { NearestNeighbors } from './nearest-neighbors.js';
import { NeighborhoodRadii, type RadiusRule } from './neighborhood-radii.js';
import type { PairOptions } from './pair-options.js';
import { visitAcross } from './visit-across.js';

/** Precision and recall: torch-fidelity's and the paper's (Kynkäänniemi et al. 2019). */
export const MANIFOLD_K = 3;
/** Density and coverage, as their authors chose it (Naeem et al. 2020). */
export const DENSITY_K = 5;
/** Neighbors kept so that k of them are in a half: they are enough for 99 neighborhoods in a hundred. */
const KEPT_NEIGHBORS: Readonly<Record<number, number>> = { [MANIFOLD_K]: 13, [DENSITY_K]: 18 };

const MANIFOLD: RadiusRule = { k: MANIFOLD_K, closed: true };
const DENSITY: RadiusRule = { k: DENSITY_K, closed: false };

/** A number, and what it is in halves of the data; absent where a set is too small to be halved. */
export interface Halved {
  readonly value: number;
  /** With half of the samples and half of the reference; the two of a pair have no row in common. */
  readonly inHalves?: Float64Array;
}

/** What follows from the pairs of rows of two sets. Distances are Euclidean, between the features as they are. */
export interface Neighborhoods {
  /** Share of the samples that lie in a neighborhood of the reference, with the third neighbor's distance as radius. */
  readonly precision: Halved;
  /** Share of the reference that lies in a neighborhood of the samples, with the third neighbor's distance as radius. */
  readonly recall: Halved;
  /** Mean number of the reference's neighborhoods in which a sample lies, with the fifth neighbor's distance as radius, over five. */
  readonly density: Halved & { /** Over the samples, ddof 1. */ readonly variance: number };
  /** Share of the reference's neighborhoods, with the fifth neighbor's distance as radius, that hold a sample. */
  readonly coverage: Halved;
  readonly nearest: NearestRows;
}

/** Of each sample among the other samples, of each reference row among the others, of each sample in the reference. */
export interface NearestRows {
  readonly withinSamples: NearestNeighbors;
  readonly withinReference: NearestNeighbors;
  readonly samplesToReference: NearestNeighbors;
}

/** How neighborhoods are found. */
export interface NeighborhoodOptions extends PairOptions {
  /** Keeps what follows from the reference alone. */
  readonly keep?: Subject['keep'];
  /** Orders of the rows among which the halves are drawn. @default as they stand */
  readonly orders?: { readonly samples?: Int32Array; readonly reference?: Int32Array };
}

/**
 * Everything that precision, recall, density, coverage and the search for copies need, from one pass over the pairs
 * of rows of each set and one over those across. Memory holds blocks of rows, the distances between two of them and a few numbers a
 * row. Whether a row lies in a neighborhood is decided in float64 from the rows themselves wherever float32 can't tell.
 *
 * @param samples features [n, D]; recall means something for n > 3
 * @param reference features [m, D]; precision means something for m > 3, density and coverage for m > 5
 * @param seed of the halves
 */
export async function computeNeighborhoods(
  samples: Rows,
  reference: Rows,
  seed: number,
  options: NeighborhoodOptions,
): Promise<Neighborhoods> {
  const rng = new NumpyRandom(seed);
  const sampleHalves = drawHalves(samples.count, rng, options.orders?.samples);
  const referenceHalves = drawHalves(reference.count, rng, options.orders?.reference);
  const halves = sampleHalves && referenceHalves && { samples: sampleHalves, reference: referenceHalves };
  const [n, m] = [samples.count, reference.count];
  const [first, second, third] = splitProgress(options, [m ** 2 / 2, n ** 2 / 2, n * m]);
  const memory = openBlockMemory([samples, reference], options.blockRows);
  const findWithin = async () =>
    findNeighbors(await openBlocks(reference, memory), keptNeighbors(DENSITY_K, m), first);
  const { keep } = options;
  const withinReference = await (keep ? keep('nearest neighbors', findWithin) : findWithin());
  // Those that are held at the end are the first ones that are looked for across.
  const blocks = await openBlocks(samples, memory);
  const withinSamples = await findNeighbors(blocks, keptNeighbors(MANIFOLD_K, n), second);

  const precision = new Share(n);
  const recall = new Share(m);
  const density = new NeighborhoodCounts(n);
  const coverage = new Share(m);
  const ofReference = new NeighborhoodRadii(withinReference, {
    rules: [MANIFOLD, DENSITY],
    halves: halves?.reference,
    visitor: (real, sample, rule, { inside, inHalves }) => {
      if (rule === 0) {
        precision.add(sample, inside, inHalves);
        return;
      }
      const inBoth = inHalves & (halves?.samples[sample] ?? 0);
      density.add(sample, inside, inBoth);
      coverage.add(real, inside, inBoth);
    },
  });
  const ofSamples = new NeighborhoodRadii(withinSamples, {
    rules: [MANIFOLD],
    halves: halves?.samples,
    visitor: (_sample, real, _rule, { inside, inHalves }) => recall.add(real, inside, inHalves),
  });
  const samplesToReference = new NearestNeighbors(n, 1);
  await visitAcross(
    {
      samples: blocks,
      reference: new BlockReader(reference, blocks.center, memory),
      ofReference,
      ofSamples,
      nearest: samplesToReference,
    },
    third,
  );

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

function keptNeighbors(k: number, count: number): number {
  return Math.max(1, Math.min(KEPT_NEIGHBORS[k], count - 1));
}

/** Options for each of some stages, whose shares of the work are given, so that progress continues from one to the next. */
function splitProgress(options: PairOptions, work: readonly number[]): PairOptions[] {
  const total = work.reduce((sum, each) => sum + each, 0);
  let before = 0;
  return work.map((own) => {
    const start = before;
    before += own;
    const onProgress = (fraction: number) => options.onProgress?.((start + own * fraction) / total);
    return { ...options, onProgress };
  });
}
