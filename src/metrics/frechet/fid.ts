import { defineMetric } from '../metric.js';

/**
 * Fréchet inception distance (Heusel et al. 2017, section 3; the distance itself: Dowson and Landau 1982):
 *
 *     FID = ‖μ₁ − μ₂‖² + tr Σ₁ + tr Σ₂ − 2 · tr √(Σ₁Σ₂)
 *
 * with the means μ and the covariances Σ (ddof 1) of the features of the samples (1) and of the reference (2), in float64.
 * tr √(Σ₁Σ₂) is the sum of the singular values of F₁F₂ᵀ, where Σ = FᵀF (`frechet-distance.ts`).
 *
 * `se` is that of drawing other pictures (`frechet-error.ts`). FID is biased upward, less so the more pictures there are; the bias
 * is no part of `se` or of the interval.
 */
export const fid = defineMetric({
  id: 'fid',
  title: 'Fréchet inception distance',
  shortTitle: 'FID',
  summary:
    'Distance between the normal distributions fitted to the features of the samples and of the reference: both their means and their covariances count.',
  paper: 'Heusel et al. 2017, section 3',
  unit: 'squared feature distance',
  direction: 'lower',
  needs: ['features', 'reference'],
  settings: ['profile'],
  biasDependsOnN: true,
  overResolutions: true,
  compute: async (input) => (await import('./compute-fid.js')).computeFid(input),
});
