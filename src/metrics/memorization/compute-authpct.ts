import { computeWilsonInterval } from '../../math/statistics/intervals.js';
import type { MetricInput } from '../metric.js';
import type { MetricOutcome } from '../metric-value.js';
import { neighborhoodsOf } from '../neighbors/compute-neighbor-metrics.js';

/** AuthPct with its uncertainty; `authpct.ts` says by which formula. */
export async function computeAuthPct(
  input: MetricInput<'features' | 'referenceFeatures'>,
): Promise<MetricOutcome> {
  const { samples, reference, settings } = input;
  const n = samples.features.count;
  const referenceN = reference.features.count;
  if (n < 1) return { reason: 'AuthPct needs a sample, and there are none.' };
  if (referenceN < 2) {
    return {
      reason: `AuthPct compares with the distance between two pictures of the reference, and there is ${referenceN}.`,
    };
  }
  const { nearest } = await (input.neighborhoods ?? (() => neighborhoodsOf(input)))();
  const { samplesToReference, withinReference } = nearest;
  let authentic = 0;
  for (let row = 0; row < n; row++) {
    const real = samplesToReference.indices[row];
    // The squares are exact, and in the same order as the distances.
    if (withinReference.squared[real * withinReference.size] < samplesToReference.squared[row]) authentic++;
  }
  const value = authentic / n;
  // As precision has it, so that no sample at all leaves an error.
  const se = Math.sqrt((value * (1 - value)) / Math.max(1, n - 1));
  return {
    value,
    se,
    interval: { level: settings.level, ...computeWilsonInterval(authentic, n, settings.level) },
    uncertainty: 'Wilson interval, for other samples against the same training pictures',
    n,
    details: { authentic, referenceN, dimensions: samples.features.width, seSamples: se },
  };
}
