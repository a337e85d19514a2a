import type { Product } from '../../math/linear-algebra/product.js';
import { NumpyRandom } from '../../math/random/numpy-random.js';
import { computeNormalInterval } from '../../math/statistics/intervals.js';
import { openMatrixProduct } from '../../onnx/matrix-product.js';
import type { MetricInput, ReferenceWithStatistics, SubjectWith } from '../metric.js';
import type { MetricOutcome, MetricValue } from '../metric-value.js';
import type { Rows } from '../rows.js';
import {
  computeFrechetDistance,
  fitGaussian,
  type Gaussian,
  gaussianOfStatistics,
} from './frechet-distance.js';
import { computeFrechetVariances, correctedError } from './frechet-error.js';

/** FID with its uncertainty; `fid.ts` says by which formula. */
export async function computeFid(input: MetricInput<'features' | 'reference'>): Promise<MetricOutcome> {
  const { samples, reference, settings, signal, onProgress } = input;
  const obstacle = whyTooFewForDistance('FID', samples, reference);
  if (obstacle !== undefined) return { reason: obstacle };
  const { features } = samples;
  const { statistics } = reference;
  const referenceFeatures = rowsOfReference(reference);

  const matrix = openMatrixProduct({ device: settings.device, threads: settings.threads });
  const product: Product = (a, b, shape) => {
    signal?.throwIfAborted();
    return matrix.multiply(a, b, shape);
  };
  try {
    const fitted = await fitGaussian(features, product);
    onProgress?.(0.2);
    const expected = await referenceGaussian(reference, product);
    onProgress?.(0.4);
    const value = await computeFrechetDistance(fitted, expected, product);
    onProgress?.(0.7);
    const variances = await computeFrechetVariances(
      { gaussian: fitted, rows: features, labels: samples.labels, orderRows: samples.orderRows },
      {
        gaussian: expected,
        rows: referenceFeatures,
        orderRows: reference.orderRows,
        keep: reference.keep,
      },
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
      ...describeFewRows({ samples: features.count, reference: referenceN }, features.width),
    };
  } finally {
    await matrix.close();
  }
}

/** Why a set has no covariance, as a sentence about the metric of that name. */
export function whyTooFewForDistance(
  name: string,
  samples: SubjectWith<'features'>,
  reference: ReferenceWithStatistics,
): string | undefined {
  if (samples.features.count < 2)
    return `${name} needs at least 2 samples, and there is ${samples.features.count}.`;
  const rows = rowsOfReference(reference);
  if (rows && rows.count < 2) {
    return `${name} needs at least 2 pictures in the reference, and there is ${rows.count}.`;
  }
  return undefined;
}

/** The rows that a reference's normal distribution is fitted to; undefined where it is given, which counts more than rows beside it. */
export function rowsOfReference({ features, statistics }: ReferenceWithStatistics): Rows | undefined {
  return statistics ? undefined : features;
}

/** The normal distribution of a reference, from its statistics or from its pictures. */
export function referenceGaussian(reference: ReferenceWithStatistics, product: Product): Promise<Gaussian> {
  const { features, statistics, keep } = reference;
  if (statistics) return gaussianOfStatistics(statistics, product);
  if (features) {
    const compute = () => fitGaussian(features, product);
    return keep ? keep('normal distribution', compute) : compute();
  }
  throw new Error('a reference had neither features nor statistics');
}

/** What to know of sets whose covariance is not of full rank. */
function describeFewRows(
  counts: Readonly<Record<'samples' | 'reference', number | undefined>>,
  width: number,
): Pick<MetricValue, 'tooFew' | 'warnings'> {
  const few = Object.entries(counts).flatMap(([name, count]) =>
    count === undefined || count > width ? [] : [{ name, count }],
  );
  if (few.length === 0) return { warnings: [] };
  const which = few.map(({ name, count }) => `${count} pictures in the ${name}`).join(' and ');
  return {
    tooFew: `${Math.min(...few.map(({ count }) => count))} pictures for ${width} features`,
    warnings: [
      `${which} are fewer than the ${width + 1} that give ${width} features a covariance of full rank, so the value is far too high.`,
    ],
  };
}
