import { defineMetric } from '../metric.js';

/**
 * Vendi score (Friedman and Dieng 2023, definition 3.1):
 *
 *     VS = exp( −Σᵢ λᵢ log λᵢ )
 *
 * over the eigenvalues λ of K/n, with K the cosines between the features of n samples. They are also those of the D × D matrix Σ x xᵀ / n of
 * the rows of length 1 (their section 3.3), so the value is exact for any n. It is the effective number of different pictures, from 1 to
 * min(n, D).
 */
export const vendi = defineMetric({
  id: 'vendi',
  title: 'Vendi score',
  summary:
    'Effective number of different samples: exponential of the entropy of the eigenvalues of the cosines between their features.',
  paper: 'Friedman and Dieng 2023, definition 3.1',
  unit: 'effective pictures',
  direction: 'higher',
  needs: ['features'],
  settings: ['profile'],
  biasDependsOnN: true,
  worseMeans: 'the samples are less diverse than real pictures',
  byDefault: false,
  compute: async (input) => (await import('./compute-vendi.js')).computeVendi(input),
});
