import { defineMetric } from '../metric.js';

/**
 * Improved precision (Kynkäänniemi et al. 2019, equation 2):
 *
 *     precision = (1/N) · Σᵢ [ there is a j with ‖xᵢ − yⱼ‖ ≤ r₃(yⱼ) ]
 *
 * over the features of N samples x and of reference pictures y, with r₃(y) the distance of y to its third nearest neighbor among the other
 * reference pictures (k = 3, as torch-fidelity has it). It is the share of samples inside the reference's manifold.
 */
export const precision = defineMetric({
  id: 'precision',
  title: 'Precision',
  summary:
    'Share of the samples that lie in the neighborhood of a reference picture, whose radius is the distance to its third nearest neighbor.',
  paper: 'Kynkäänniemi et al. 2019, section 3',
  unit: 'fraction',
  direction: 'higher',
  needs: ['features', 'referenceFeatures'],
  settings: ['profile'],
  // A mean over the samples: the neighborhoods are those of the reference, which stays.
  biasDependsOnN: false,
  proportion: true,
  compute: async (input) => (await import('./compute-neighbor-metrics.js')).computePrecision(input),
});
