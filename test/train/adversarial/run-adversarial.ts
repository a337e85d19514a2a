import { type AdversarialJob, AdversarialTask } from '../../../src/train/adversarial/adversarial-task.js';
import type { TrainingBackend } from '../../../src/train/backend/training-backend.js';
import type { LoopHooks, LoopOutcome } from '../../../src/train/loop/loop-settings.js';
import { runTraining } from '../../../src/train/loop/run-training.js';

export interface TestRun extends AdversarialJob {
  readonly backend: TrainingBackend;
  readonly identity: Readonly<Record<string, string>>;
  readonly resume: boolean;
  readonly checkpointMs: number;
}

/** Trains a GAN with the loop, as `trainFamily` does. */
export async function runAdversarial(
  { backend, identity, resume, checkpointMs, ...job }: TestRun,
  hooks: LoopHooks = {},
): Promise<LoopOutcome> {
  const task = new AdversarialTask(job);
  const { checkpoint: path, log: logPath } = job.paths;
  const checkpoint = { path, everyMs: checkpointMs, identity, resume, option: '-o' };
  try {
    return await runTraining(task, { backend, checkpoint, logPath }, hooks);
  } finally {
    await task.close();
  }
}
