import type { MetricInput } from '../metric.js';
import type { MetricOutcome } from '../metric-value.js';
import { MIN_ROWS } from './halves.js';
import {
  computeHalvesVariance,
  computeShareHalvesVariance,
  describeHalvesError,
  type NeighborVariances,
  varianceOfShare,
} from './halves-error.js';
import { computeNeighborhoods, DENSITY_K, MANIFOLD_K, type Neighborhoods } from './neighborhoods.js';

type NeighborInput = MetricInput<'features' | 'referenceFeatures'>;

/** Rows of each set. */
interface Counts {
  readonly samples: number;
  readonly reference: number;
}

/** How one metric is taken from the neighborhoods of both sets. */
interface NeighborMetric {
  readonly title: string;
  readonly k: number;
  /** The set whose rows are the centers of the neighborhoods. */
  readonly centers: 'samples' | 'reference';
  readonly read: (found: Neighborhoods, counts: Counts) => NeighborVariances;
  /** What samples as real as the reference give on average. */
  readonly ofReal?: (counts: Counts) => number;
}

/** Precision; `precision.ts` says by which formula. */
export const computePrecision = (input: NeighborInput) =>
  computeNeighborMetric(input, {
    title: 'Precision',
    k: MANIFOLD_K,
    centers: 'reference',
    read: ({ precision: { value, inHalves } }, { samples }) => ({
      value,
      variance: computeShareHalvesVariance(value, inHalves),
      // Against one reference the samples are independent trials.
      ofSamples: varianceOfShare(value, samples),
      shareOf: samples,
    }),
  });

/** Recall; `recall.ts` says by which formula. */
export const computeRecall = (input: NeighborInput) =>
  computeNeighborMetric(input, {
    title: 'Recall',
    k: MANIFOLD_K,
    centers: 'samples',
    read: ({ recall: { value, inHalves } }, { reference }) => ({
      value,
      variance: computeShareHalvesVariance(value, inHalves),
      shareOf: reference,
    }),
  });

/** Density; `density.ts` says by which formula. */
export const computeDensity = (input: NeighborInput) =>
  computeNeighborMetric(input, {
    title: 'Density',
    k: DENSITY_K,
    centers: 'reference',
    read: ({ density: { value, variance, inHalves } }, { samples }) => ({
      value,
      variance: inHalves && computeHalvesVariance(inHalves),
      // Against one reference the samples are independent.
      ofSamples: variance / samples,
    }),
    // A sample lies in the neighborhood of k neighbors of each of M pictures with probability k/M.
    ofReal: () => 1,
  });

/** Coverage; `coverage.ts` says by which formula. */
export const computeCoverage = (input: NeighborInput) =>
  computeNeighborMetric(input, {
    title: 'Coverage',
    k: DENSITY_K,
    centers: 'reference',
    read: ({ coverage: { value, inHalves } }, { reference }) => ({
      value,
      variance: computeShareHalvesVariance(value, inHalves),
      shareOf: reference,
    }),
    ofReal: expectedCoverage,
  });

/**
 * Coverage of samples from the reference's own distribution: a picture is not covered where its k nearest among all the
 * others are of the reference, which is as likely as to draw k of them (Naeem et al. 2020, section 3.2).
 */
function expectedCoverage({ samples, reference }: Counts): number {
  let uncovered = 1;
  for (let i = 1; i <= DENSITY_K; i++) uncovered *= (reference - i) / (reference + samples - i);
  return 1 - uncovered;
}

const BIAS = 'depends on how many pictures there are on either side: compare only equal n and one reference';

async function computeNeighborMetric(
  input: NeighborInput,
  { title, k, centers, read, ofReal }: NeighborMetric,
): Promise<MetricOutcome> {
  const { samples, reference, settings } = input;
  const counts = { samples: samples.features.count, reference: reference.features.count };
  if (counts[centers] <= k) {
    return {
      reason: `${title} looks for ${k} neighbors of every picture among the ${centers}, which are only ${counts[centers]}: give more.`,
    };
  }
  const found = await (input.neighborhoods ?? (() => neighborhoodsOf(input)))();
  const { value, ...variances } = read(found, counts);
  const { details, ...error } = describeHalvesError({ value, ...variances }, settings.level);
  return {
    value,
    n: counts.samples,
    ...error,
    ...(error.se === undefined && { noError: explainNoError(counts) }),
    ...(ofReal && { ofReal: { value: ofReal(counts) } }),
    details: { k, referenceN: counts.reference, bias: BIAS, ...details },
  };
}

/** Which set is too small to be halved. */
function explainNoError({ samples, reference }: Counts): string {
  const small = [
    ...(samples < MIN_ROWS ? [`${samples} samples`] : []),
    ...(reference < MIN_ROWS ? [`${reference} reference pictures`] : []),
  ];
  return `it comes from halves of both sets, which take ${MIN_ROWS} pictures each, and there are ${small.join(' and ')}`;
}

/** What the metrics of this folder share; `input.neighborhoods` gives it to several at the price of one. */
export async function neighborhoodsOf(input: NeighborInput): Promise<Neighborhoods> {
  const { samples, reference, settings, signal, onProgress } = input;
  const { seed, device, threads } = settings;
  const orders = {
    samples: await samples.orderRows?.(samples.features),
    reference: await reference.orderRows?.(reference.features),
  };
  const { keep } = reference;
  const options = { device, threads, signal, onProgress, orders, keep };
  return computeNeighborhoods(samples.features, reference.features, seed, options);
}
