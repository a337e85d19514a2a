import { makeManifoldMetric, varianceOfHalves } from './manifold-metric.js';
import { DENSITY_K } from './neighborhoods.js';

/**
 * Coverage (Naeem et al. 2020, equation 5): the share of the reference's balls, each reaching to the fifth neighbor of its
 * center and without its edge, that hold a sample.
 */
export const coverage = makeManifoldMetric({
  id: 'coverage',
  title: 'Coverage',
  unit: 'fraction',
  k: DENSITY_K,
  balls: 'reference',
  read: ({ coverage: { value, inHalves } }, { reference }) => ({
    value,
    variance: varianceOfHalves(value, inHalves),
    shareOf: reference,
  }),
});
