import { defineMetric } from '../metric.js';

/**
 * MS-SSIM diversity (Odena et al. 2017, section 4.2; the similarity itself: Wang et al. 2003, equation 7):
 *
 *     value = mean over classes of ( mean over random pairs {x, y} of pictures of one class of MS-SSIM(x, y) )
 *
 *     MS-SSIM(x, y) = Πⱼ₌₁…₄ cs(xⱼ, yⱼ)^wⱼ · ssim(x₅, y₅)^w₅,   w = .0448 .2856 .3001 .2363 .1333
 *
 * where xⱼ is the picture halved j − 1 times, cs the mean contrast-structure term and ssim the mean SSIM, both with a Gaussian
 * window of 11 and σ 1.5, as Google's code of 2016 computes them (`msssim-graph.ts`). A negative term counts as 0.
 * Lower means more diverse pictures within a class.
 *
 * Classes are strata, so the variance of the value is the sum of theirs over the square of their number; pairs that share a picture
 * are taken as dependent (`pair-mean-error.ts`).
 */
export const msssim = defineMetric({
  id: 'msssim',
  title: 'MS-SSIM',
  summary:
    'Mean multi-scale structural similarity of random pairs of samples of one class: the lower it is, the more the samples of a class differ.',
  paper: 'Odena et al. 2017, section 4.2',
  unit: 'similarity',
  direction: 'lower',
  needs: ['labels', 'pairScores'],
  settings: ['msssimPairs', 'seed'],
  biasDependsOnN: false,
  worseMeans: 'the pictures of a class are more alike than real ones',
  compute: async (input) => (await import('./compute-msssim.js')).computeMsssim(input),
});
