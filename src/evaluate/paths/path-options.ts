import { z } from 'zod';

/** Options that say how paths of a generator are measured. */
export const pathOptions = {
  pplEpsilon: z
    .number()
    .gt(0)
    .max(1)
    .default(1e-4)
    .describe('Step of the perceptual path length, as a part of the way to another latent'),
  pplInterpolation: z
    .enum(['lerp', 'slerp_any', 'slerp_unit'])
    .default('lerp')
    .describe('Curve on which that step goes, by torch-fidelity’s names'),
  pplResize: z
    .int()
    .min(16)
    .max(2048)
    .default(64)
    .describe('Side to which LPIPS resizes the pictures of a path'),
};
