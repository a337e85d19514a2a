import { z } from 'zod';
import { UsageError } from '../../core/errors.js';

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

/** @throws {UsageError} for a plain mean that would begin after the run */
export function refuseLateMean(settings: unknown, steps: number): void {
  const { averageFrom = 0 } = settings as { readonly averageFrom?: number };
  if (averageFrom === 0 || averageFrom < steps) return;
  throw new UsageError(
    `--average-from ${averageFrom} is not among the run's ${steps} steps, of which the first is 0: give an earlier one.`,
  );
}
