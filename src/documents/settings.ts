import { z } from 'zod';
import { DIVISOR_SETS } from '../core/divisor-sets.js';
import { KERNEL_NAMES } from '../core/kernel-names.js';
import { REDUCED_PRECISIONS } from '../core/precision-names.js';
import { PROFILE_NAMES } from '../core/profile-names.js';
import { pathSettings } from './path-settings.js';

const count = z.int().nonnegative();

/** What decides the numbers of a score. */
export const settings = z.object({
  metrics: z.array(z.string()),
  resolutions: z.array(count),
  downsample: z.enum(['decimate', 'antialias']),
  precision: z
    .enum(REDUCED_PRECISIONS)
    .optional()
    .describe('What the networks of features and classes computed in; absent for float32'),
  alpha: z.enum(['drop', 'black', 'white']),
  onBadImage: z.enum(['fail', 'skip']),
  seed: count,
  splits: count,
  profile: z.enum(PROFILE_NAMES).describe('The tool whose resizing, shuffling and splitting was followed'),
  shuffle: z.boolean(),
  kidSubsets: count,
  kidSubsetSize: count,
  kidKernel: z.enum(KERNEL_NAMES).optional().describe('Kernel of KID; polynomial where it is absent'),
  kidRbfSigma: z.number().optional().describe('Width of the RBF kernel of KID; absent for another kernel'),
  swdDirections: count
    .optional()
    .describe('Directions of the sliced Wasserstein distance; absent where it was not asked for'),
  fdrDivisors: z
    .enum(DIVISOR_SETS)
    .optional()
    .describe('Published distances by which FDr divides; absent for a validation set'),
  msssimPairs: count,
  ...pathSettings,
  level: z.number().gt(0).max(0.999999),
  limit: count.optional().describe('Samples that were asked for, drawn by the seed; absent for all'),
  referenceLimit: count.optional().describe('The same of the pictures of the reference'),
  validationLimit: count.optional().describe('The same of the validation set'),
  networks: z
    .array(z.string())
    .optional()
    .describe(
      'The networks of --model, as `network` of an entry names them; absent for one without a profile of its own',
    ),
});
