import { type TrainedGan, type TrainingHooks, trainFamily } from './adversarial/train-family.js';
import type { TrainGanOptions } from './adversarial/train-options.js';
import type { Family } from './adversarial/trainer.js';
import { type FamilyName, loadFamily } from './families.js';

/**
 * Trains a GAN into a folder: checkpoint, log, grids of samples, and scores if they are asked for.
 *
 * @remarks
 * A run that was stopped and resumed leaves the same bytes as one that was not, on the same backend with the same number of
 * threads. An aborted run writes a checkpoint first.
 *
 * @param family a paper's GAN by name (`gan`: Goodfellow et al. 2014, `improved`: Salimans et al. 2016, `acgan`: Odena et al.
 *   2017), or a family of your own
 * @param options the run's folder, pictures, length and more
 * @param hooks signal, progress, notes, and the record of the run
 * @returns the folder and the checkpoint, steps done and seconds spent
 * @throws {UsageError} for options that do not fit each other or the pictures
 * @throws {ImagesError} for pictures that cannot be used
 * @throws {NetworkError} if the training diverges, or if the backend or the checkpoint cannot be used
 * @throws {StorageError} if the folder cannot be written
 * @throws the reason of `hooks.signal` if it is aborted
 *
 * @example
 * ```ts
 * const { folder } = await trainGan('acgan', { out: 'runs/first', pictures: 'birds/', steps: 10_000, evalEvery: 1000 });
 * await sample(folder, { count: 1000, out: 'samples/' });
 * ```
 */
export async function trainGan(
  family: FamilyName | Family<unknown>,
  options: TrainGanOptions,
  hooks: TrainingHooks = {},
): Promise<TrainedGan> {
  return trainFamily(typeof family === 'string' ? await loadFamily(family) : family, options, hooks);
}
