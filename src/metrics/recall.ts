import { makeManifoldMetric, varianceOfShare, varianceWithout } from './manifold-metric.js';
import { MANIFOLD_K } from './neighbourhoods.js';

/**
 * Improved recall (Kynkäänniemi et al. 2019, equation 2): the share of reference pictures that lie no further from some
 * sample than its third nearest other one, as torch-fidelity computes it.
 */
export const recall = makeManifoldMetric({
  id: 'recall',
  title: 'Recall',
  unit: 'fraction',
  k: MANIFOLD_K,
  balls: 'samples',
  read: ({ recall: found }, { reference }) => ({
    value: found.value,
    ofSamples: varianceWithout(found.withoutSamples),
    ofReference: varianceOfShare(found.value, reference),
    shareOf: reference,
    uncertainty: 'jackknife over 32 groups of the samples, binomial over the reference; Wilson interval',
  }),
});
