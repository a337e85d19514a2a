import { z } from 'zod';
import { DIVISOR_SETS } from '../../core/divisor-sets.js';

/** Options that name real pictures apart from the reference, or what stands for them. */
export const validationOptions = {
  validation: z
    .string()
    .optional()
    .describe(
      'Real pictures that are not in the reference, in any of its forms, or their statistics: what FDr divides by',
    ),
  validationSplit: z.string().optional().describe('Split of the validation set, in the same way'),
  validationLimit: z
    .int()
    .min(1)
    .optional()
    .describe('Take a random subset of so many pictures of the validation set [default: all]'),
  fdrDivisors: z
    .enum(DIVISOR_SETS)
    .optional()
    .describe('Published distances of real pictures by which FDr divides, in place of a validation set'),
};
