import type { Bounds } from '../../math/statistics/intervals.js';
import type { Rows } from '../rows.js';
import { Influence } from './influence.js';
import { type KernelSpread, measureKernelSpread, pairVarianceOfWhole } from './kernel-spread.js';
import { computeKernelSums, type KernelProduct } from './kernel-sums.js';
import { computeMmdInterval } from './mmd-interval.js';
import { computeSquaredMmd, computeSubsetMeans, type SubsetMeans } from './squared-mmd.js';

/** The squared MMD of two whole tables, with what its uncertainty follows from. */
export interface WholeMmd {
  /** Over pairs of different rows (Gretton et al. 2012, equation 3). May be below 0. */
  readonly unbiased: number;
  /** What the pairs of a row with itself add (Gretton et al. 2012, equation 5 less equation 3): Σ (1 − mean k within) / n. */
  readonly bias: number;
  /** For other rows of both tables. */
  readonly standardError: number;
  /** The same where the two distributions are one. */
  readonly standardErrorOfReal: number;
  /** For other samples against the same reference; with labels, with as many of each class (`kid-error.ts` says how). */
  standardErrorOfSamples(labels?: Int32Array): number;
  /** Of the squared MMD that the two distributions have (`mmd-interval.ts`). */
  interval(level: number): Bounds;
}

/** Measures two tables of at least two rows each, tile by tile: memory holds two blocks of rows, a tile, and a few numbers a row. */
export async function measureWholeMmd(samples: Rows, reference: Rows, how: KernelProduct): Promise<WholeMmd> {
  const ones = (rows: Rows) => ({ rows, weights: new Float64Array(rows.count).fill(1) });
  const sums = await computeKernelSums(ones(samples), ones(reference), 1, how);
  const [n1, n2] = [samples.count, reference.count];
  const x = meansOf(sums.x, n1, n2);
  const y = meansOf(sums.y, n2, n1);
  return describe(x, y, measureKernelSpread(sums, 0, 1));
}

/** Mean kernel values of one side of n rows, with the other side of another number of rows. */
function meansOf(side: Parameters<typeof computeSubsetMeans>[0], n: number, other: number): SubsetMeans {
  const place = { size: n, column: 0, columns: 1 };
  const scale = n / other;
  return computeSubsetMeans({ ...side, across: side.across.map((sum) => sum * scale) }, place);
}

function describe(x: SubsetMeans, y: SubsetMeans, spread: KernelSpread): WholeMmd {
  const [n1, n2] = [x.differences.length, y.differences.length];
  const unbiased = computeSquaredMmd(x, y);
  const ofSamples = influenceOf(x);
  const pairs = pairVarianceOfWhole(spread, n1, n2);
  const single = Math.max(0, ofSamples.variance() + influenceOf(y).variance() - 2 * pairs);
  const noise = (x.self - x.within) / n1 + (y.self - y.within) / n2;
  return {
    unbiased,
    bias: noise,
    standardError: Math.sqrt(single + pairs),
    standardErrorOfReal: Math.sqrt(pairs),
    standardErrorOfSamples(labels) {
      if (labels) return Math.sqrt(ofSamples.varianceWithin(labels));
      const own = (2 * spread.samples) / (n1 * (n1 - 1));
      return Math.sqrt(Math.max(ofSamples.variance() - own, own, 0));
    },
    interval: (level) => computeMmdInterval(unbiased, { single, pairs, pairsOfWhole: pairs, noise }, level),
  };
}

function influenceOf(side: SubsetMeans): Influence {
  const n = side.differences.length;
  const influence = new Influence(n);
  influence.add(
    Int32Array.from({ length: n }, (_, i) => i),
    side,
    2 / n,
  );
  return influence;
}
