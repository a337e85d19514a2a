import { defineMetric } from '../metric.js';

/**
 * Fréchet distance ratio (Yang et al. 2026, arXiv 2604.28190):
 *
 *     FDr = FD(samples, reference) / FD(validation, reference)
 *
 * with the Fréchet distance of FID, in float64, and with held-out real pictures as the validation set, so that 1 is what real pictures have on
 * any network. FDrᵏ is the mean of FDr over k networks.
 *
 * `se` is by the delta method from the infinitesimal jackknife of both distances, which have the rows of the reference in common
 * (`frechet-ratio-error.ts`). The interval is symmetric on the scale of logarithms.
 */
export const fdr = defineMetric({
  id: 'fdr',
  title: 'Fréchet distance ratio',
  shortTitle: 'FDr',
  summary:
    'Fréchet distance of the samples to the reference over that of held-out real pictures to the reference: 1 is as good as real.',
  paper: 'Yang et al. 2026, FDr',
  unit: 'ratio of distances',
  direction: 'lower',
  needs: ['features', 'reference'],
  settings: ['profile', 'fdrDivisors'],
  usesValidation: true,
  biasDependsOnN: true,
  byDefault: false,
  worseMeans: 'the samples are farther from the reference than other real pictures are',
  compute: async (input) => (await import('./compute-fdr.js')).computeFdr(input),
});
