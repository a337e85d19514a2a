import { defineMetric } from '../metric.js';

/**
 * Perceptual path length (Karras et al. 2019, section 4.1), as torch-fidelity computes it:
 *
 *     value = mean over pictures of LPIPS(G(zᵢ), G(zᵢ(ε))) / ε²
 *
 * where zᵢ(ε) is a step of ε from the latent of picture i towards another latent, and LPIPS is that of VGG16 on pictures of 64 × 64. Paths
 * below the 1st and above the 99th percentile are left out; the percentiles themselves stay.
 */
export const ppl = defineMetric({
  id: 'ppl',
  title: 'Perceptual path length',
  shortTitle: 'PPL',
  summary:
    'How much the pictures of a generator change, by LPIPS, for a small step in latent space, divided by the square of the step: the lower it is, the smoother is the way from picture to picture.',
  paper: 'Karras et al. 2019, section 4.1',
  unit: 'distance',
  direction: 'lower',
  needs: ['pathLengths'],
  settings: ['seed', 'pplEpsilon', 'pplInterpolation', 'pplResize'],
  biasDependsOnN: false,
  byDefault: false,
  compute: async (input) => (await import('./compute-ppl.js')).computePpl(input),
});
