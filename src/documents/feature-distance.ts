import { z } from 'zod';

/** How far the numbers of a network are from those in float32. */
export const featureDistance = z
  .object({
    network: z.string().describe('NAME, or NAME@PROFILE where it has a profile of its own'),
    pictures: z.int().nonnegative().describe('The first of the set'),
    median: z.number().nonnegative(),
    largest: z.number().nonnegative(),
  })
  .describe(
    'Relative distance (L2) of the features from those in float32, or of the logits where a network gives no features',
  );

export type FeatureDistance = z.infer<typeof featureDistance>;
