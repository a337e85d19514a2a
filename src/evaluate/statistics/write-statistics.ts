import { ImagesError, UsageError } from '../../core/errors.js';
import type { RunHooks } from '../../core/run-hooks.js';
import { computeStatistics } from '../../metrics/frechet/covariance.js';
import type { Rows } from '../../metrics/rows.js';
import { refusePictureOptions, withFeatureSet } from '../feature-files/feature-set.js';
import type { PictureInput, ScoreInput } from '../input.js';
import { withRun } from '../open-run.js';
import { saveDrawnPictures } from '../opening/generator-options.js';
import { resolveOptions } from '../options.js';
import { exactDevice } from '../precision/exact-device.js';
import { prepareSet } from '../prepare-set.js';
import { saveStatistics } from './statistics-file.js';

/** Pictures whose statistics are written, and how their features are made. */
export interface StatisticsInput
  extends Omit<ScoreInput, 'samples' | 'reference' | 'validation' | 'metrics'> {
  /** The pictures, 2 or more; with `features`, the path of a file of N×D features. */
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
  /** Path of the file. */
  readonly out: string;
}

/**
 * Writes the mean and covariance of a set's features as an `.npz` that pytorch-fid and `--reference` read.
 *
 * @param input the pictures, the path to write, and options of their features
 * @param hooks progress, notes, and a signal that ends the run
 * @returns how many pictures and features there are
 * @throws {UsageError} for another ending than .npz, or a network without features
 * @throws {ImagesError} for pictures that can't be used, or fewer than 2
 * @throws {NetworkError} for a network or device that is missing, damaged or unfit
 * @throws {StorageError} for a file or a cache that can't be written
 * @example
 * await writeStatistics({ images: './real', out: 'real.npz' });
 * await score({ samples: './samples', reference: 'real.npz' });
 */
export async function writeStatistics(
  input: StatisticsInput,
  hooks: RunHooks = {},
): Promise<WrittenStatistics> {
  const { images, out, ...options } = input;
  if (!out.endsWith('.npz')) throw new UsageError(`Statistics are written to an .npz file, not to ${out}.`);
  if (Array.isArray(options.model) && options.model.length > 1) {
    throw new UsageError('Statistics are of one network: write a file for each network of --model.');
  }
  if (options.features) return writeOfFeatures(input, hooks);
  return withRun({ ...options, samples: images, metrics: ['fid'] }, hooks, async ({ plan, store }) => {
    const { options } = plan;
    await saveDrawnPictures(plan.samples.set.source, options, hooks.signal);
    const { subject, description } = await prepareSet(plan.samples, { options, store, hooks });
    const { features, unusable } = subject;
    if (unusable?.model !== undefined) throw new ImagesError(unusable.model);
    if (!features) {
      const { name, noFeatures } = plan.model;
      throw new UsageError(noFeatures ?? `The network ${name} gives no features: choose another --model.`);
    }
    refuseTooFew(description.source, features);
    const { threads, precision } = options;
    const statistics = await computeStatistics(features, { device: exactDevice(options), threads });
    const { identity } = plan.model;
    await saveStatistics(out, statistics, { network: identity, precision }, hooks.signal);
    return { count: features.count, dimensions: features.width, out };
  });
}

/** The same of features that are there already. The file names no network, since features don't. */
async function writeOfFeatures(
  { images, out, ...rest }: StatisticsInput,
  hooks: RunHooks,
): Promise<WrittenStatistics> {
  const options = resolveOptions(rest);
  refusePictureOptions(options);
  return withFeatureSet(
    { role: 'samples', input: images, array: options.array },
    hooks,
    async ({ name, file }) => {
      refuseTooFew(name, file);
      const { device, threads } = options;
      await saveStatistics(out, await computeStatistics(file, { device, threads }), {}, hooks.signal);
      return { count: file.count, dimensions: file.width, out };
    },
  );
}

function refuseTooFew(source: string, { count }: Rows): void {
  if (count >= 2) return;
  throw new ImagesError(`Statistics need at least 2 pictures, and ${source} has ${count}: give more.`);
}
