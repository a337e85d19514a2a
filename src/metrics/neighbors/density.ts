import { computeHalvesVariance } from './halves.js';
import { makeManifoldMetric } from './manifold-metric.js';
import { DENSITY_K } from './neighborhoods.js';

/**
 * Density (Naeem et al. 2020, equation 4): in how many of the reference's balls, each reaching to the fifth neighbor
 * of its center and without its edge, a sample lies on average, over five. About 1 for samples like the reference; it can be more.
 */
export const density = makeManifoldMetric({
  id: 'density',
  title: 'Density',
  unit: 'balls a sample, over k',
  k: DENSITY_K,
  balls: 'reference',
  read: ({ density: { value, variance, inHalves } }, { samples }) => ({
    value,
    variance: inHalves && computeHalvesVariance(inHalves),
    // Against one reference the samples are independent.
    ofSamples: variance / samples,
  }),
});
