import { UsageError } from '../../../core/errors.js';
import type { RunHooks } from '../../../core/run-hooks.js';
import type { TrainGanOptions } from '../train-options.js';
import type { Trainer } from '../trainer.js';
import { CollapseResponse } from './collapse-response.js';
import { KeptCheckpoints } from './kept-checkpoints.js';
import { goesBack } from './on-collapse.js';

/** @throws {UsageError} for what is done about a collapse that nothing tells */
export function refuseUnscored({
  onCollapse,
  evalEvery,
}: Pick<TrainGanOptions, 'onCollapse' | 'evalEvery'>): void {
  if (onCollapse === undefined || evalEvery !== undefined) return;
  throw new UsageError('--on-collapse needs scores that tell a collapse: say how often with --eval-every.');
}

/** The run whose collapses are answered. */
interface AnsweredRun {
  /** Name of the GAN. */
  readonly family: string;
  readonly trainer: Trainer;
  readonly seed: number;
  /** For checkpoints to which it may be rolled back. */
  readonly folder: string;
  readonly options: Pick<TrainGanOptions, 'onCollapse' | 'resume'>;
}

/**
 * Starts what is done about collapses; undefined where nobody asks.
 *
 * @throws {UsageError} for a trainer that can't be adjusted
 */
export async function startResponse(
  { family, trainer, seed, folder, options: { onCollapse: mode, resume = false } }: AnsweredRun,
  { onNote }: RunHooks,
): Promise<CollapseResponse | undefined> {
  if (mode === undefined) return undefined;
  if (mode === 'adjust' && !trainer.discriminatorLead) {
    throw new UsageError(
      `The GAN ${family} can't be adjusted as it trains: take warn, stop or rollback for --on-collapse.`,
    );
  }
  const kept = new KeptCheckpoints(folder);
  if (goesBack(mode) && !resume) await kept.open(-1);
  const { createMonitor } = await import('../../../watch/changes/monitor.js');
  return new CollapseResponse({ mode, trainer, kept, seed, onNote, createMonitor: () => createMonitor() });
}
