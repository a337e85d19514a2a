import { defineMetric } from '../metric.js';

/**
 * Improved recall (Kynkäänniemi et al. 2019, equation 2):
 *
 *     recall = (1/M) · Σⱼ [ there is an i with ‖yⱼ − xᵢ‖ ≤ r₃(xᵢ) ]
 *
 * over the features of samples x and of M reference pictures y, with r₃(x) the distance of x to its third nearest neighbor among the other
 * samples (k = 3, as torch-fidelity has it). It is the share of the reference inside the samples' manifold.
 */
export const recall = defineMetric({
  id: 'recall',
  title: 'Recall',
  summary:
    'Share of the reference pictures that lie in the neighborhood of a sample, whose radius is the distance to its third nearest neighbor.',
  paper: 'Kynkäänniemi et al. 2019, section 3',
  unit: 'fraction',
  direction: 'higher',
  needs: ['features', 'referenceFeatures'],
  settings: ['profile'],
  // More samples make other neighborhoods.
  biasDependsOnN: true,
  compute: async (input) => (await import('./compute-neighbor-metrics.js')).computeRecall(input),
});
