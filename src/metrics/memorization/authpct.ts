import { defineMetric } from '../metric.js';

/**
 * Authenticity (Alaa et al. 2022, section 2.3; the estimator: section 3.2), as dgm-eval prints it as AuthPct:
 *
 *     AuthPct = (1/N) · Σᵢ [ ‖xᵢ − y‖ > r₁(y), with y the reference picture nearest to xᵢ ]
 *
 * over the features of N samples x and of reference pictures y, with r₁(y) the distance of y to its nearest other reference picture. A
 * sample that is nearer to a picture than any real picture is, counts as a copy of it. The reference must be the training pictures.
 */
export const authpct = defineMetric({
  id: 'authpct',
  title: 'Authenticity',
  shortTitle: 'AuthPct',
  summary:
    'Share of the samples that lie further from their nearest reference picture than that lies from its own nearest one. The reference must be the training pictures.',
  paper: 'Alaa et al. 2022, section 3.2',
  unit: 'fraction',
  direction: 'higher',
  needs: ['features', 'referenceFeatures'],
  settings: ['profile'],
  // A mean over the samples: what they are compared with is the reference, which stays.
  biasDependsOnN: false,
  proportion: true,
  worseMeans: 'more of the samples lie close to a picture of the reference than real pictures do',
  byDefault: false,
  compute: async (input) => (await import('./compute-authpct.js')).computeAuthPct(input),
});
