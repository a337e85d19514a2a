import { defineMetric } from '../metric.js';

/**
 * The C_T test for data copying (Meehan, Chaudhuri and Dasgupta 2020, section 4), with dgm-eval's choices:
 *
 *     Z_U(cell) = (U − nm/2 + ½) / √(nm(n + m + 1)/12),   C_T = Σ share(cell) · Z_U(cell) / Σ share(cell)
 *
 * U counts the pairs of a sample and a held-out real picture in which the sample is further from its nearest training picture of the cell;
 * n and m are held-out pictures and samples in the cell. The three cells are those of k-means of the training pictures, after a reduction to
 * 64 principal components where there are more features; cells of 20 samples or fewer don't count. Far below 0: the samples lie
 * nearer to the training pictures than unseen real pictures do (copies, or samples that spread less). Far above 0: they lie further away
 * (underfitted).
 */
export const ct = defineMetric({
  id: 'ct',
  title: 'Data-copying test',
  shortTitle: 'C_T',
  summary:
    'Whether samples lie nearer to the training pictures (the reference) than held-out real pictures do: a z-score, below 0 for copies, and for samples that spread less.',
  paper: 'Meehan et al. 2020, section 4',
  unit: 'standard deviations',
  direction: 'higher',
  needs: ['features', 'referenceFeatures'],
  settings: ['profile', 'seed'],
  usesValidation: true,
  biasDependsOnN: true,
  worseMeans:
    'the samples lie nearer to the training pictures than unseen real pictures do, as copies do, and as samples do that spread less without being copies',
  byDefault: false,
  compute: async (input) => (await import('./compute-ct.js')).computeCt(input),
});
