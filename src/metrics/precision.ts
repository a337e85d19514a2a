import { makeManifoldMetric, varianceOfShare, varianceWithout } from './manifold-metric.js';
import { MANIFOLD_K } from './neighbourhoods.js';

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
  read: ({ precision: found }, { samples }) => ({
    value: found.value,
    ofSamples: varianceOfShare(found.value, samples),
    ofReference: varianceWithout(found.withoutReference),
    shareOf: samples,
    uncertainty: 'binomial over the samples, jackknife over 32 groups of the reference; Wilson interval',
  }),
});
