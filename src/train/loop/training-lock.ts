import { access } from 'node:fs/promises';
import { StorageError, UsageError } from '../../core/errors.js';
import { RUN_AGAIN } from '../../storage/guard-storage.js';
import { withLock } from '../../storage/locks/lock.js';

/** A long computation may keep the lock's own timer waiting. */
export const STALE_LOCK_MS = 60_000;

/** What a lock of a training protects, for messages. */
export interface TrainingPlace {
  /** Follows "training": "in runs/mnist". */
  readonly where: string;
  /** Follows "wait for it, or name": "another folder with -o". */
  readonly instead: string;
  /** Once it is there, a run goes on with --resume only. */
  readonly checkpoint: string;
}

/**
 * Runs `work` while no other process trains in the same place.
 *
 * @param path of the lock
 * @param work gets what throws a StorageError if another process has taken the place over, as it may while this machine slept
 * @throws {UsageError} if another process trains there
 * @throws {StorageError} if the lock can't be written
 */
export async function withTrainingLock<T>(
  path: string,
  { where, instead, checkpoint }: TrainingPlace,
  work: (requirePlace: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const refuse = () =>
    new UsageError(`Another ganeval is training ${where}: wait for it, or name ${instead}.`);
  return withLock(path, { staleMs: STALE_LOCK_MS, refuse }, (lock) =>
    work(async () => {
      if (await lock.isHeld()) return;
      throw new StorageError(
        `Another ganeval took over the training ${where} while this one was paused: let it go on; this one ends without writing.`,
      );
    }).catch(async (error) => {
      throw await nameResume(error, checkpoint);
    }),
  );
}

/** The error, with what to do where a disk failed a run that has a checkpoint. */
async function nameResume(error: unknown, checkpoint: string): Promise<unknown> {
  if (!(error instanceof StorageError) || !error.message.includes(RUN_AGAIN)) return error;
  const isThere = await access(checkpoint).then(
    () => true,
    () => false,
  );
  if (!isThere) return error;
  const message = error.message.replace(RUN_AGAIN, () => 'run the same command with --resume');
  return new StorageError(message, { cause: error.cause });
}
