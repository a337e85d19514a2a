import { defineMetric } from '../metric.js';

/**
 * CLIP maximum mean discrepancy (Jayasumana et al. 2024, section 4; the estimator: Gretton et al. 2012, equation 5):
 *
 *     CMMD = 1000 · ( Σᵢⱼ k(xᵢ, xⱼ) / n² + Σᵢⱼ k(yᵢ, yⱼ) / m² − 2 · Σᵢⱼ k(xᵢ, yⱼ) / (nm) ),   k(x, y) = exp(−‖x − y‖² / (2 · 10²))
 *
 * over the features of n samples x and m reference pictures y, each divided by its length, as the authors' code does with CLIP's
 * embeddings. The pairs of a picture with itself are in the sums, so the value is above 0 even where the distributions are one, by
 * about the kernel's spread over n and m. `details.unbiased` is the estimate without them, which can be below 0.
 */
export const cmmd = defineMetric({
  id: 'cmmd',
  title: 'CLIP maximum mean discrepancy',
  shortTitle: 'CMMD',
  summary:
    'Squared maximum mean discrepancy between the features of the samples and of the reference, each of length 1, with an RBF kernel of width 10, times 1000. Its authors use it on CLIP ViT-L/14 at 336 pixels.',
  paper: 'Jayasumana et al. 2024, section 4',
  unit: '1000 · squared MMD',
  direction: 'lower',
  needs: ['features', 'referenceFeatures'],
  settings: ['profile'],
  biasDependsOnN: true,
  worseMeans: 'the samples as a whole differ from the reference',
  byDefault: false,
  compute: async (input) => (await import('./compute-cmmd.js')).computeCmmd(input),
});
