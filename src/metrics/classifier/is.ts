import { defineMetric } from '../metric.js';

/**
 * Inception Score (Salimans et al. 2016, section 4):
 *
 *     IS = mean over splits of exp( (1/n) · Σᵢ KL( p(y|xᵢ) ‖ p(y) ) ),   p(y) = (1/n) · Σᵢ p(y|xᵢ)
 *
 * over the n samples x of a split, with p(y|x) the softmax of a classifier's logits and KL(p ‖ q) = Σₖ pₖ · log(pₖ/qₖ), in float64.
 * It lies in [1, K] for K classes. `std` is that over splits, ddof 0.
 *
 * `se` is the delete-one jackknife's, `interval` a basic bootstrap. Both are about the score that this many pictures in this many
 * splits give on average, which is below that of infinitely many pictures; `details.biasCorrected` is the jackknife's estimate of the latter.
 * Fewer pictures than splits give no score: with fewer splits the number would not be comparable.
 */
export const is = defineMetric({
  id: 'is',
  title: 'Inception Score',
  shortTitle: 'IS',
  summary:
    'How sure a classifier is of the class of each sample, and how evenly the samples spread over the classes: the exponential of the mean KL divergence between the two distributions.',
  paper: 'Salimans et al. 2016, section 4',
  unit: 'score',
  direction: 'higher',
  needs: ['logits'],
  settings: ['profile', 'splits', 'shuffle', 'seed'],
  // The seed only shuffles: rows in given order, or all in one split, give the same score with every seed.
  idleSettings: ({ shuffle, splits }) => (!shuffle || splits === 1 ? ['seed'] : []),
  biasDependsOnN: true,
  worseMeans: 'they look less like one class each than real ones, or lack classes',
  overResolutions: true,
  compute: async (input) => (await import('./compute-is.js')).computeInceptionScore(input),
});
