import { ImagesError, UsageError } from '../core/errors.js';
import type { RunHooks } from '../core/run-hooks.js';
import { computeStatistics } from '../metrics/frechet/covariance.js';
import type { PictureInput, ScoreInput } from './input.js';
import { withRun } from './open-run.js';
import { prepareSet } from './prepare-set.js';
import { saveStatistics } from './statistics-file.js';

/** Pictures whose statistics are written, and how their features are made. */
export interface StatisticsInput extends Omit<ScoreInput, 'samples' | 'reference' | 'metrics'> {
  readonly images: PictureInput;
  /** Path that ends in .npz. */
  readonly out: string;
}

/** What was written. */
export interface WrittenStatistics {
  /** Pictures. */
  readonly count: number;
  /** Features of each. */
  readonly dimensions: number;
  readonly out: string;
}

/**
 * Writes the mean and covariance of a set's features as an `.npz` that pytorch-fid and `--reference` read.
 *
 * @throws {UsageError} for another ending than .npz, or a network without features
 * @throws {ImagesError} for pictures that can't be used, or fewer than 2
 */
export async function writeStatistics(
  { images, out, ...options }: StatisticsInput,
  hooks: RunHooks = {},
): Promise<WrittenStatistics> {
  if (!out.endsWith('.npz')) throw new UsageError(`Statistics are written to an .npz file, not to ${out}.`);
  return withRun({ ...options, samples: images, metrics: ['fid'] }, hooks, async ({ plan, store }) => {
    const { options } = plan;
    const { subject, description } = await prepareSet(plan.samples, { options, store, hooks });
    const { features } = subject;
    if (!features)
      throw new UsageError(`The network ${plan.model.name} gives no features: choose another --model.`);
    if (features.count < 2) {
      throw new ImagesError(
        `Statistics need at least 2 pictures, and ${description.source} has ${features.count}: give more.`,
      );
    }
    const { device, threads } = options;
    await saveStatistics(out, await computeStatistics(features, { device, threads }), plan.model.identity);
    return { count: features.count, dimensions: features.width, out };
  });
}
