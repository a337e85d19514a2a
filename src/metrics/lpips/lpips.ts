import { defineMetric } from '../metric.js';

/**
 * LPIPS diversity (the distance itself: Zhang et al. 2018, equation 1; as a measure of diversity: Huang et al. 2018, section 5.2):
 *
 *     value = mean over classes of ( mean over random pairs {x, y} of pictures of one class of LPIPS(x, y) )
 *
 * by version 0.1 on VGG16, of pictures in their own size. The pairs are those of MS-SSIM, and so is the uncertainty
 * (`class-scores.ts`). Higher means more diverse pictures within a class.
 */
export const lpips = defineMetric({
  id: 'lpips',
  title: 'LPIPS diversity',
  shortTitle: 'LPIPS',
  summary:
    'Mean perceptual distance (LPIPS on VGG16) of random pairs of samples of one class: the higher it is, the more the samples of a class differ.',
  paper: 'Zhang et al. 2018, section 3; Huang et al. 2018, section 5.2',
  unit: 'distance',
  direction: 'higher',
  needs: ['labels', 'lpipsScores'],
  settings: ['msssimPairs', 'seed'],
  biasDependsOnN: false,
  worseMeans: 'the pictures of a class are more alike than real ones',
  byDefault: false,
  compute: async (input) => (await import('./compute-lpips.js')).computeLpips(input),
});
