import { ImagesError, UsageError } from '../core/errors.js';
import type { RunHooks } from '../core/run-hooks.js';
import { resolveOptions, type ScoreOptions } from '../evaluate/options.js';
import { withPlan, withStore } from '../evaluate/score.js';
import { prepareSet } from '../evaluate/subject.js';
import { saveStatistics } from '../features/statistics-file.js';
import { computeStatistics } from '../metrics/frechet/covariance.js';

/**
 * Writes the mean and covariance of a set's features as an `.npz` that pytorch-fid and `--reference` read.
 *
 * @param images a folder or manifest
 * @param out path that ends in .npz
 */
export async function writeStatistics(
  images: string,
  out: string,
  options: ScoreOptions = {},
  hooks: RunHooks = {},
): Promise<{ count: number; dimensions: number; out: string }> {
  if (!out.endsWith('.npz')) throw new UsageError(`Statistics are written to an .npz file, not to ${out}.`);
  const resolved = resolveOptions({ ...options, metrics: ['fid'], reference: undefined });
  return withPlan(images, resolved, hooks, (plan) =>
    withStore(resolved, async (store) => {
      const { subject } = await prepareSet(plan.samples, resolved, store, hooks);
      const { features } = subject;
      if (!features)
        throw new UsageError(`The network ${plan.model.name} gives no features: choose another --model.`);
      if (features.count < 2) {
        throw new ImagesError(
          `Statistics need at least 2 pictures, and ${images} has ${features.count}: give more.`,
        );
      }
      const statistics = await computeStatistics(features, {
        device: resolved.device,
        threads: resolved.threads,
      });
      await saveStatistics(out, statistics, plan.model.identity);
      return { count: features.count, dimensions: features.width, out };
    }),
  );
}
