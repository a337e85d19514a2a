import type { Product } from '../../math/linear-algebra/product.js';
import { NumpyRandom } from '../../math/random/numpy-random.js';
import { computeNormalInterval } from '../../math/statistics/intervals.js';
import { openMatrixProduct } from '../../onnx/matrix-product.js';
import type { Metric, MetricInput, MetricOutcome, Subject } from '../metric.js';
import {
  computeFrechetDistance,
  fitGaussian,
  type Gaussian,
  gaussianOfStatistics,
} from './frechet-distance.js';
import { computeFrechetVariances, correctedError } from './frechet-influence.js';

/**
 * Fréchet inception distance (Heusel et al. 2017) between the normal distributions fitted to the features of the
 * samples and of the reference, in float64 with covariances of ddof 1. Its standard error is that of the pictures
 * drawn; FID's bias, which falls as n grows, is no part of it.
 */
export const fid: Metric = {
  id: 'fid',
  title: 'Fréchet inception distance',
  unit: 'squared feature distance',
  direction: 'lower',
  needs: ['features', 'reference'],
  compute: computeFid,
};

async function computeFid(input: MetricInput): Promise<MetricOutcome> {
  const { samples, reference, settings, signal, onProgress } = input;
  const obstacle = whyNoDistance('FID', samples, reference);
  if (obstacle !== undefined) return { reason: obstacle };
  const features = samples.features!;
  const { features: referenceFeatures, statistics } = reference!;

  const matrix = openMatrixProduct({ device: settings.device, threads: settings.threads });
  const product: Product = (a, b, shape) => {
    signal?.throwIfAborted();
    return matrix.multiply(a, b, shape);
  };
  try {
    const fitted = await fitGaussian(features, product);
    onProgress?.(0.2);
    const expected = await referenceGaussian(reference!, product);
    onProgress?.(0.4);
    const value = await computeFrechetDistance(fitted, expected, product);
    onProgress?.(0.7);
    const variances = await computeFrechetVariances(
      { gaussian: fitted, rows: features, labels: samples.labels },
      { gaussian: expected, rows: referenceFeatures },
      new NumpyRandom(settings.seed),
      product,
    );
    onProgress?.(1);
    const se = correctedError(variances.whole);
    const { low, high } = computeNormalInterval(value, se, settings.level);
    const referenceN = referenceFeatures?.count ?? statistics?.count;
    return {
      value,
      se,
      interval: { level: settings.level, low: Math.max(0, low), high },
      uncertainty: referenceFeatures
        ? 'infinitesimal jackknife over samples and reference, less what it counts twice'
        : 'infinitesimal jackknife over the samples alone, less what it counts twice, because the reference is a statistics file',
      n: features.count,
      details: {
        dimensions: features.width,
        ...(referenceN === undefined ? {} : { referenceN }),
        seSamples: correctedError(variances.ofSamples),
        bias: 'FID is biased upwards at small n, which the interval does not cover: compare only equal n',
      },
      warnings: [
        ...fewRowsWarning('samples', features.count, features.width),
        ...fewRowsWarning('reference', referenceN, features.width),
      ],
    };
  } finally {
    await matrix.close();
  }
}

/** Why there is no Fréchet distance between the two, as a sentence about the metric of that name. */
export function whyNoDistance(
  name: string,
  samples: Subject,
  reference: Subject | undefined,
): string | undefined {
  if (!samples.features) return `${name} needs the features of the samples.`;
  const other = reference?.features ?? reference?.statistics;
  if (!reference || !other) return `${name} compares with a reference: give one with --reference.`;
  if (samples.features.count < 2)
    return `${name} needs at least 2 samples, and there is ${samples.features.count}.`;
  if (reference.features && reference.features.count < 2) {
    return `${name} needs at least 2 pictures in the reference, and there is ${reference.features.count}.`;
  }
  const width = reference.features?.width ?? reference.statistics!.mu.length;
  if (width !== samples.features.width) {
    return `The reference has ${width} features a picture and the samples have ${samples.features.width}: use a reference made with the same network.`;
  }
  return undefined;
}

/** The normal distribution of a reference, from its pictures or from its statistics. */
export function referenceGaussian({ features, statistics }: Subject, product: Product): Promise<Gaussian> {
  return features ? fitGaussian(features, product) : gaussianOfStatistics(statistics!, product);
}

function fewRowsWarning(subject: string, count: number | undefined, width: number): string[] {
  if (count === undefined || count > width) return [];
  return [
    `${count} pictures in the ${subject} are fewer than the ${width + 1} that give ${width} features a covariance of full rank, so the value is far too high.`,
  ];
}
