import { defineMetric } from '../metric.js';

/**
 * Kernel inception distance (Bińkowski et al. 2018, section 4; the estimator: Gretton et al. 2012, equation 3):
 *
 *     MMD² = Σᵢ≠ⱼ k(xᵢ, xⱼ) / (m(m − 1)) + Σᵢ≠ⱼ k(yᵢ, yⱼ) / (m(m − 1)) − 2 · Σᵢⱼ k(xᵢ, yⱼ) / m²,   k(x, y) = (x·y / D + 1)³
 *
 * over the D features of m samples x and m reference pictures y; KID is the mean of MMD² over random subsets. They are drawn as
 * torch-fidelity draws them. On request k(x, y) = exp(−‖x − y‖² / (2σ²)), torch-fidelity's RBF kernel. MMD² is unbiased and can be below 0.
 *
 * `std` is the spread over subsets (ddof 0) that papers print. The subsets overlap, so it is no standard error: `se` is that of
 * drawing other pictures (`kid-error.ts`).
 */
export const kid = defineMetric({
  id: 'kid',
  title: 'Kernel inception distance',
  shortTitle: 'KID',
  summary:
    'Unbiased squared maximum mean discrepancy between the features of the samples and of the reference, with a cubic kernel (or an RBF kernel), as a mean over random subsets.',
  paper: 'Bińkowski et al. 2018, section 4',
  unit: 'squared MMD',
  direction: 'lower',
  needs: ['features', 'referenceFeatures'],
  settings: ['profile', 'kidSubsets', 'kidSubsetSize', 'kidKernel', 'kidRbfSigma', 'seed'],
  idleSettings: ({ kidKernel }) => (kidKernel === 'rbf' ? [] : ['kidRbfSigma']),
  biasDependsOnN: false,
  worseMeans: 'the samples as a whole differ from the reference',
  compute: async (input) => (await import('./compute-kid.js')).computeKid(input),
});
