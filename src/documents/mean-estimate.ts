import { z } from 'zod';

/** A mean over pictures with its error. */
export const meanEstimate = z.object({
  value: z.number(),
  se: z.number().nonnegative().describe('Standard error of `value`'),
  n: z.int().nonnegative().describe('Pictures'),
  interval: z
    .object({ level: z.number().gt(0).lt(1), low: z.number(), high: z.number() })
    .describe('Student’s confidence interval of `value`, over pictures'),
});
