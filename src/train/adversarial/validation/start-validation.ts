import { UsageError } from '../../../core/errors.js';
import type { RunHooks } from '../../../core/run-hooks.js';
import type { OpenedPictures } from '../open-pictures.js';
import type { RunPictures } from '../run-pictures.js';
import type { TrainGanOptions } from '../train-options.js';
import type { Trainer } from '../trainer.js';
import { EarlyStopping } from './early-stopping.js';
import { holdOut } from './hold-out.js';

type ValidationOptions = Pick<TrainGanOptions, 'validation' | 'stopEarly' | 'evalEvery' | 'onCollapse'>;

/** @throws {UsageError} for a rule that nothing is measured for, or that another one would undo */
export function refuseUnvalidated({ validation, stopEarly, evalEvery, onCollapse }: ValidationOptions): void {
  if (validation !== undefined && evalEvery === undefined) {
    throw new UsageError('--validation is measured with scores: say how often with --eval-every.');
  }
  if (stopEarly === undefined) return;
  if (validation === undefined) {
    throw new UsageError(
      '--stop-early judges a training by held-out pictures: say how many with --validation, such as 5000.',
    );
  }
  if (onCollapse === 'adjust' || onCollapse === 'rollback') {
    throw new UsageError(
      `--stop-early and --on-collapse ${onCollapse} both say how a training goes on: give one of them.`,
    );
  }
}

/** Pictures of which some may be held out. */
export interface RunSets extends OpenedPictures {
  /** What no step sees, without labels; undefined where nothing is held out. */
  readonly validation?: RunPictures;
}

/**
 * Holds pictures out where that is asked for.
 *
 * @throws {UsageError} if none would be left, with the pictures closed
 */
export async function divide(
  pictures: OpenedPictures,
  { validation: count }: ValidationOptions,
  seed: number,
): Promise<RunSets> {
  if (count === undefined) return pictures;
  try {
    return { ...pictures, ...holdOut(pictures.train, count, seed) };
  } catch (error) {
    await pictures.train.close();
    throw error;
  }
}

/**
 * The rule that ends the run early; undefined where nobody asks.
 *
 * @throws {UsageError} for a trainer that measures nothing without labels
 */
export function startEarlyStopping(
  {
    family,
    trainer,
    options,
  }: { readonly family: string; readonly trainer: Trainer; readonly options: ValidationOptions },
  { onNote }: RunHooks,
): EarlyStopping | undefined {
  const { validation, stopEarly: patience } = options;
  if (validation !== undefined && !trainer.validate) {
    throw new UsageError(
      `This training of ${family} has no classifier to measure on held-out pictures: leave --validation out.`,
    );
  }
  return patience === undefined ? undefined : new EarlyStopping({ patience, onNote });
}
