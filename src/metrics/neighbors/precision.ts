import { makeManifoldMetric, varianceOfHalves, varianceOfShare } from './manifold-metric.js';
import { MANIFOLD_K } from './neighborhoods.js';

/**
 * Improved precision (Kynkäänniemi et al. 2019, equation 2): the share of samples that lie no further from some reference
 * picture than its third nearest other one, as torch-fidelity computes it.
 */
export const precision = makeManifoldMetric({
  id: 'precision',
  title: 'Precision',
  unit: 'fraction',
  k: MANIFOLD_K,
  balls: 'reference',
  read: ({ precision: { value, inHalves } }, { samples }) => ({
    value,
    variance: varianceOfHalves(value, inHalves),
    // Against one reference the samples are independent trials.
    ofSamples: varianceOfShare(value, samples),
    shareOf: samples,
  }),
});
