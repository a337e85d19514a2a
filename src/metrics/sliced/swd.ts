import { defineMetric } from '../metric.js';

/**
 * Squared sliced Wasserstein distance (Bonneel et al. 2015, section 3):
 *
 *     SW² = mean over directions u of ∫₀¹ (F⁻¹(t) − G⁻¹(t))² dt
 *
 * with F and G the distributions of u·x over the features of the samples and of u·y over those of the reference, and u drawn at random among
 * the vectors of length 1. The integral is exact for any two numbers of pictures. The Monge inception distance (Berthet et al. 2026) is
 * 3 · D times this, with 1,000 directions, on the D = 2048 features of Inception v3: `details.mind`. That factor is the one that public
 * implementations repeat; the paper's own text was not seen.
 */
export const swd = defineMetric({
  id: 'swd',
  title: 'Squared sliced Wasserstein distance',
  shortTitle: 'SWD',
  summary:
    'Squared Wasserstein distance between the features of the samples and of the reference along random directions, as a mean over them.',
  paper: 'Bonneel et al. 2015, section 3; Berthet et al. 2026',
  unit: 'squared feature distance',
  direction: 'lower',
  needs: ['features', 'referenceFeatures'],
  settings: ['profile', 'swdDirections', 'seed'],
  biasDependsOnN: true,
  worseMeans: 'the samples as a whole differ from the reference',
  byDefault: false,
  compute: async (input) => (await import('./compute-swd.js')).computeSwd(input),
});
