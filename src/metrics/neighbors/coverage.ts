import { defineMetric } from '../metric.js';

/**
 * Coverage (Naeem et al. 2020, equation 5):
 *
 *     coverage = (1/M) · Σⱼ [ there is an i with ‖xᵢ − yⱼ‖ < rₖ(yⱼ) ],   k = 5
 *
 * over the features of samples x and of M reference pictures y, with rₖ(y) the distance of y to its k-th nearest neighbor among the other
 * reference pictures.
 */
export const coverage = defineMetric({
  id: 'coverage',
  title: 'Coverage',
  summary:
    'Share of the reference pictures whose neighborhood holds a sample; its radius is the distance to the fifth nearest neighbor.',
  paper: 'Naeem et al. 2020, section 3',
  unit: 'fraction',
  direction: 'higher',
  needs: ['features', 'referenceFeatures'],
  settings: ['profile'],
  // More samples reach more neighborhoods.
  biasDependsOnN: true,
  worseMeans: 'parts of the reference have no sample near them',
  compute: async (input) => (await import('./compute-neighbor-metrics.js')).computeCoverage(input),
});
