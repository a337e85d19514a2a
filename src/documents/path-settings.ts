import { z } from 'zod';

/** Settings of the perceptual path length; absent where it was not asked for. */
export const pathSettings = {
  pplEpsilon: z.number().optional().describe('Step of the perceptual path length; absent without it'),
  pplInterpolation: z
    .enum(['lerp', 'slerp_any', 'slerp_unit'])
    .optional()
    .describe('Curve on which that step goes'),
  pplResize: z.int().nonnegative().optional().describe('Side to which its pictures are resized'),
};
