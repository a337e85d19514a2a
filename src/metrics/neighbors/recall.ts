import { makeManifoldMetric, varianceOfHalves } from './manifold-metric.js';
import { MANIFOLD_K } from './neighborhoods.js';

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
  read: ({ recall: { value, inHalves } }, { reference }) => ({
    value,
    variance: varianceOfHalves(value, inHalves),
    shareOf: reference,
  }),
});
