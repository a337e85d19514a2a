import { defineMetric } from '../metric.js';

/**
 * FID∞ (Chong and Forsyth 2020, section 4):
 *
 *     FID(n) ≈ FID∞ + slope / n
 *
 * the Fréchet inception distance that infinitely many samples would have. It is the intercept of a straight line, fitted by least
 * squares, through the distances of 15 growing subsets of the samples (n from N/10 to N) to the whole reference. The
 * bias from the number of reference pictures stays in it.
 */
export const fidInfinity = defineMetric({
  id: 'fid-infinity',
  title: 'FID∞',
  summary:
    'Fréchet inception distance that infinitely many samples would have, extrapolated from growing subsets of the samples.',
  paper: 'Chong and Forsyth 2020, section 4',
  unit: 'squared feature distance',
  direction: 'lower',
  needs: ['features', 'reference'],
  settings: ['profile', 'seed'],
  biasDependsOnN: false,
  compute: async (input) => (await import('./compute-fid-infinity.js')).computeFidInfinity(input),
});
