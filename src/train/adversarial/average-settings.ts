import { z } from 'zod';

/** Which mean of G's weights draws samples, for the settings of a family whose paper has none. */
export const AVERAGE_SETTINGS = {
  averageDecay: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe(
      "Share of the mean of G's weights that a step keeps; samples are drawn with that mean. 0 takes the weights themselves, as published",
    ),
  averageFrom: z
    .int()
    .min(0)
    .optional()
    .describe(
      "Step from which on samples are drawn with the plain mean of all of G's weights, in which each step counts the same; instead of --average-decay [default: no such mean]",
    ),
};
