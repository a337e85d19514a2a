import { correctedError, type FrechetVariances } from './frechet-error.js';

/** A distance with its variances. */
export interface MeasuredDistance {
  readonly value: number;
  readonly variances: FrechetVariances;
}

/**
 * Standard error of the ratio A / B of two Fréchet distances to one reference, by the delta method: to first order the ratio moves by
 * (δA − R·δB) / B. Rows of the reference move both distances, so that their influences are put together row by row. What the jackknife counts twice of
 * two quadratic forms it counts twice of their difference: of pairs of rows of the reference, those that count in both.
 */
export function computeRatioError(samples: MeasuredDistance, validation: MeasuredDistance): number {
  const ratio = samples.value / validation.value;
  const [a, b] = [samples.variances, validation.variances];
  const ownVariance = ({ whole, ofReference }: FrechetVariances) => whole.variance - ofReference.variance;
  const ofReference = varianceOfDifference(a, b, ratio);
  const common = 2 * ratio * Math.sqrt(a.ofReference.pairs * b.ofReference.pairs);
  return (
    correctedError({
      variance: ownVariance(a) + ratio ** 2 * ownVariance(b) + ofReference,
      pairs: Math.max(0, a.whole.pairs + ratio ** 2 * b.whole.pairs - common),
    }) / validation.value
  );
}

/** Variance of δA − R·δB for another reference. */
function varianceOfDifference(a: FrechetVariances, b: FrechetVariances, ratio: number): number {
  const [x, y] = [a.influencesOfReference, b.influencesOfReference];
  if (x.length !== y.length) throw new RangeError('two distances looked at different rows of one reference');
  if (x.length < 2) return 0;
  const { length } = x;
  const mean = (values: Float64Array) => values.reduce((sum, each) => sum + each, 0) / length;
  const [meanX, meanY] = [mean(x), mean(y)];
  const covariance = x.reduce((sum, each, i) => sum + (each - meanX) * (y[i] - meanY), 0) / (length - 1);
  // The variances are of influences over as many rows as the reference has.
  const variance = x.reduce((sum, each) => sum + (each - meanX) ** 2, 0) / (length - 1);
  const rows = variance > 0 ? variance / a.ofReference.variance : Number.POSITIVE_INFINITY;
  return a.ofReference.variance + ratio ** 2 * b.ofReference.variance - (2 * ratio * covariance) / rows;
}
