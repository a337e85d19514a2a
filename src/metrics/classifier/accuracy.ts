import { defineMetric } from '../metric.js';

/**
 * Class accuracy (Odena et al. 2017, section 4):
 *
 *     accuracy(r) = (1/N) · Σᵢ [ argmaxₖ zₖ(xᵢ at resolution r) = yᵢ ]
 *
 * over the N samples x with labels y and the class logits z of a classifier. A picture is reduced to r × r pixels and enlarged back
 * before it is classified; the value itself is that at full size. Where several logits are largest the lowest class counts.
 *
 * `std` is the paper's: over ten subsets of a seeded permutation, ddof 0. `se` is the binomial √(a(1 − a)/N), which std/√10 would
 * estimate from nine degrees of freedom only. The interval is Wilson's.
 */
export const accuracy = defineMetric({
  id: 'accuracy',
  title: 'Class accuracy',
  summary:
    'Share of the samples that a classifier takes for the class of their label, at full size and at reduced resolutions.',
  paper: 'Odena et al. 2017, section 4.1',
  unit: 'fraction',
  direction: 'higher',
  needs: ['labels', 'classLogits'],
  settings: ['profile'],
  biasDependsOnN: false,
  proportion: true,
  worseMeans: 'the network takes them for another class more often than real ones',
  overResolutions: true,
  compute: async (input) => (await import('./compute-accuracy.js')).computeAccuracy(input),
});
