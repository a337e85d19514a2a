import type { Product } from '../../math/linear-algebra/product.js';
import { NumpyRandom } from '../../math/random/numpy-random.js';
import { computeNormalInterval } from '../../math/statistics/intervals.js';
import { openMatrixProduct } from '../../onnx/matrix-product.js';
import type { MetricInput } from '../metric.js';
import type { MetricOutcome } from '../metric-value.js';
import { referenceGaussian, rowsOfReference, whyTooFewForDistance } from './compute-fid.js';
import { chooseSizes, computeDistancesBySize } from './distances-by-size.js';
import { extrapolate } from './extrapolate.js';
import { computeInflation } from './fid-infinity-error.js';
import { fitGaussian } from './frechet-distance.js';
import { computeFrechetVariances } from './frechet-error.js';

/** Fewer samples leave the smallest subset a dozen pictures. */
const MIN_SAMPLES = 150;
/** Fewer samples for each feature bend the line so much that its end means nothing. */
const MIN_SAMPLES_A_FEATURE = 5;
/** A smallest subset of so many pictures for each feature lies on the line. */
const ENOUGH_A_FEATURE = 2;

/** FID∞ with its uncertainty; `fid-infinity.ts` says by which formula. */
export async function computeFidInfinity(
  input: MetricInput<'features' | 'reference'>,
): Promise<MetricOutcome> {
  const { samples, reference, settings, signal, onProgress } = input;
  const { features } = samples;
  const obstacle = whyTooFewForDistance('FID∞', samples, reference) ?? whyTooFew(features);
  if (obstacle !== undefined) return { reason: obstacle };
  const matrix = openMatrixProduct({ device: settings.device, threads: settings.threads });
  const product: Product = (a, b, shape) => {
    signal?.throwIfAborted();
    return matrix.multiply(a, b, shape);
  };
  try {
    const expected = await referenceGaussian(reference, product);
    const sizes = chooseSizes(features.count);
    const rng = new NumpyRandom(settings.seed);
    const ordered = await samples.orderRows?.(features);
    const order = rng.permutation(features.count).map((row) => ordered?.[row] ?? row);
    const report = (fraction: number) => onProgress?.(0.9 * fraction);
    const distances = await computeDistancesBySize(
      { rows: features, order, sizes },
      expected,
      product,
      report,
    );
    const { intercept, slope, weights, scatter } = extrapolate(sizes, distances);
    const gaussian = await fitGaussian(features, product);
    const { whole, ofSamples, ofReference } = await computeFrechetVariances(
      { gaussian, rows: features, labels: samples.labels, orderRows: samples.orderRows },
      { gaussian: expected, rows: rowsOfReference(reference), orderRows: reference.orderRows },
      rng,
      product,
    );
    const inflation = computeInflation(sizes, weights);
    // Uncorrected: how pairs of rows weigh in subsets that overlap is not known, and the intervals hold as they are.
    const ofAllSamples = whole.variance - ofReference.variance;
    const se = Math.sqrt(inflation * ofAllSamples + ofReference.variance + scatter);
    return {
      value: intercept,
      se,
      interval: { level: settings.level, ...computeNormalInterval(intercept, se, settings.level) },
      uncertainty:
        'infinitesimal jackknife, with what the subsets have in common, and the scatter about the line',
      n: features.count,
      details: {
        dimensions: features.width,
        subsets: sizes.length,
        smallestSubset: sizes[0],
        slope,
        seSamples: Math.sqrt(inflation * ofSamples.variance + scatter),
        bias: 'free of the bias from the number of samples as far as that is a straight line in 1/n; that from the number of reference pictures stays',
      },
      warnings: warningsOf(sizes[0], features.width),
    };
  } finally {
    await matrix.close();
  }
}

function whyTooFew({ count, width }: { readonly count: number; readonly width: number }): string | undefined {
  const least = Math.max(MIN_SAMPLES, MIN_SAMPLES_A_FEATURE * width);
  if (count >= least) return undefined;
  return `FID∞ is extrapolated from subsets of down to a tenth of the samples, and with ${width} features fewer than ${least} samples bend the line too much: there are ${count}.`;
}

function warningsOf(smallest: number, width: number): string[] {
  if (smallest >= ENOUGH_A_FEATURE * width) return [];
  return [
    `the smallest subset, ${smallest} pictures, is small for ${width} features, where FID falls faster than a straight line in 1/n: the value is somewhat too low.`,
  ];
}
