import { makeManifoldMetric, varianceWithout } from './manifold-metric.js';
import { DENSITY_K } from './neighbourhoods.js';

/**
 * Coverage (Naeem et al. 2020, equation 5): the share of the reference's balls, each reaching to the fifth neighbour of its
 * centre and without its edge, that hold a sample.
 */
export const coverage = makeManifoldMetric({
  id: 'coverage',
  title: 'Coverage',
  unit: 'fraction',
  k: DENSITY_K,
  balls: 'reference',
  read: ({ coverage: found }, { reference }) => ({
    value: found.value,
    ofSamples: varianceWithout(found.withoutSamples),
    ofReference: varianceWithout(found.withoutReference),
    shareOf: reference,
    uncertainty: 'jackknife over 32 groups of the samples and of the reference; Wilson interval',
  }),
});
