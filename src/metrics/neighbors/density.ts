import { defineMetric } from '../metric.js';

/**
 * Density (Naeem et al. 2020, equation 4):
 *
 *     density = (1/(k·N)) · Σᵢ Σⱼ [ ‖xᵢ − yⱼ‖ < rₖ(yⱼ) ],   k = 5
 *
 * over the features of N samples x and of reference pictures y, with rₖ(y) the distance of y to its k-th nearest neighbor among the other
 * reference pictures. About 1 for samples like the reference; it can be more.
 */
export const density = defineMetric({
  id: 'density',
  title: 'Density',
  summary:
    'Mean number of neighborhoods of reference pictures in which a sample lies, over five; the radius of a neighborhood is the distance to the fifth nearest neighbor.',
  paper: 'Naeem et al. 2020, section 3',
  unit: 'neighborhoods a sample, over k',
  direction: 'higher',
  needs: ['features', 'referenceFeatures'],
  settings: ['profile'],
  // A mean over the samples: the neighborhoods are those of the reference, which stays.
  biasDependsOnN: false,
  worseMeans: 'samples lie where few real pictures are',
  compute: async (input) => (await import('./compute-neighbor-metrics.js')).computeDensity(input),
});
