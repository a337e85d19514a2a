import { setImmediate as nextTurn } from 'node:timers/promises';
import { dispose, type Variable } from '@tensorflow/tfjs-core';
import { NetworkError, UsageError } from '../../core/errors.js';
import { checkIdentity, readCheckpoint, writeCheckpoint } from './checkpoint.js';
import type { LoopHooks, LoopOutcome, LoopSettings } from './loop-settings.js';
import { LossMeans } from './loss-means.js';
import { TrainingLog } from './training-log.js';
import { everySteps, type PeriodicAction, type RunPlace, type TrainingTask } from './training-task.js';
import { areFinite, assignTensors, readTensors } from './weights.js';

/** Losses are read after so many steps: reading them makes a GPU wait. */
const STEPS_PER_LOSS = 20;

/**
 * Runs a training loop: from the first step, or the checkpoint's, to the last. A run that was stopped and resumed gives the same bytes
 * as one that was not.
 *
 * @param task what is trained: its state, its steps, and what is done between them
 * @param settings backend, checkpoint and log
 * @param hooks signal, progress, notes, and what is called at pauses
 * @returns steps of the whole run, and seconds spent on it
 * @throws {NetworkError} if losses or weights are not finite, or if the checkpoint is damaged or of other networks
 * @throws {UsageError} if the checkpoint is of another run, or past the last step
 * @throws {StorageError} if the checkpoint or the log cannot be written
 * @throws the reason of the signal if it is aborted, after a checkpoint was written
 *
 * @example
 * ```ts
 * const settings = {
 *   backend: await chooseBackend('onnx'),
 *   checkpoint: { path: 'mine.checkpoint', everyMs: 300_000, identity: { name: 'mine', seed: '1' }, resume: true },
 *   logPath: 'mine.log.jsonl',
 * };
 * const { seconds } = await runTraining(task, settings, { onNote: console.error });
 * ```
 */
export async function runTraining(
  task: TrainingTask,
  settings: LoopSettings,
  hooks: LoopHooks = {},
): Promise<LoopOutcome> {
  const loop = new TrainingLoop(task, settings, hooks);
  try {
    return await loop.run();
  } finally {
    loop.dispose();
  }
}

class TrainingLoop {
  readonly #task: TrainingTask;
  readonly #settings: LoopSettings;
  readonly #hooks: LoopHooks;
  readonly #losses = new LossMeans();
  readonly #areLossesDue: (step: number) => boolean;
  #step = 0;
  /** The last step whose losses are in the log. */
  #lastLoggedStep = 0;
  /** The last step for which each action was done; −1 for none. */
  readonly #lastSteps: Map<PeriodicAction, number>;
  #checkpointStep: number | undefined;
  #secondsBefore = 0;
  #startedMs = Date.now();
  #shownLosses: readonly string[] = [];

  constructor(task: TrainingTask, settings: LoopSettings, hooks: LoopHooks) {
    this.#task = task;
    this.#settings = settings;
    this.#hooks = hooks;
    const isRegular = everySteps(STEPS_PER_LOSS, task.steps);
    this.#areLossesDue = (step) => isRegular(step) || (task.areLossesDue?.(step) ?? false);
    this.#lastSteps = new Map(task.actions.map((each) => [each, each.includesStart ? -1 : 0]));
  }

  async run(): Promise<LoopOutcome> {
    const { steps } = this.#task;
    const { checkpoint, logPath } = this.#settings;
    const resumed = await this.#resume();
    if (!resumed) await this.#begin();
    const requirePlace = () => this.#requirePlace();
    const log = await TrainingLog.open(logPath, resumed ? this.#step : -1, requirePlace);
    this.#startedMs = Date.now();
    let savedMs = this.#startedMs;
    await this.#doActions(log);
    while (this.#step < steps) {
      await this.#stopIfAborted();
      await this.#doStep();
      if (this.#areLossesDue(this.#step)) await this.#logLosses(log);
      await this.#doActions(log);
      if (Date.now() - savedMs > checkpoint.everyMs) {
        await this.#save();
        savedMs = Date.now();
      }
      this.#report();
    }
    await this.#saveIfNew();
    await this.#pause();
    return { steps, seconds: this.#seconds() };
  }

  dispose(): void {
    this.#losses.dispose();
  }

  get #state(): ReadonlyMap<string, Variable> {
    return new Map([...this.#task.state, ...this.#losses.state]);
  }

  /** Restores the checkpoint, if the run is resumed and there is one. */
  async #resume(): Promise<boolean> {
    const { path, resume, identity, option } = this.#settings.checkpoint;
    const checkpoint = resume ? await readCheckpoint(path) : undefined;
    if (!checkpoint) {
      // As when the run was killed before its first one.
      if (resume)
        this.#hooks.onNote?.(`There is no checkpoint ${path} yet: the run starts from its beginning.`);
      return false;
    }
    checkIdentity(path, checkpoint, identity, option);
    this.#losses.expect(checkpoint.tensors.keys());
    try {
      assignTensors(this.#state, checkpoint.tensors);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new NetworkError(
        `The checkpoint ${path} is of other networks than this version makes (${error.message}): resume it with the version that wrote it.`,
      );
    }
    const { steps } = this.#task;
    const { step, lastLoggedStep, seconds, ...lastSteps } = checkpoint.progress;
    if (lastLoggedStep === undefined) {
      throw new NetworkError(
        `The checkpoint ${path} is of another version of ganeval: resume it with the version that wrote it.`,
      );
    }
    if (step > steps) {
      throw new UsageError(
        `The checkpoint ${path} is of step ${step}, past the ${steps} steps asked for: give more with --steps or --epochs.`,
      );
    }
    this.#step = step;
    this.#lastLoggedStep = lastLoggedStep;
    for (const action of this.#task.actions) {
      const last = lastSteps[action.progressKey];
      if (last !== undefined) this.#lastSteps.set(action, last);
    }
    this.#secondsBefore = seconds;
    this.#checkpointStep = step;
    this.#hooks.onNote?.(`Resuming after step ${step} of ${steps}.`);
    return true;
  }

  async #begin(): Promise<void> {
    if (!this.#task.begin) return;
    await this.#task.begin();
    await this.#settings.backend.flush([...this.#task.state.values()]);
  }

  async #doStep(): Promise<void> {
    const losses = await this.#task.step(this.#step);
    this.#losses.add(losses);
    dispose(Object.values(losses));
    await this.#settings.backend.flush([...this.#state.values()]);
    this.#step++;
  }

  async #logLosses(log: TrainingLog): Promise<void> {
    if (this.#lastLoggedStep === this.#step) return;
    const losses = await this.#losses.take(this.#step - this.#lastLoggedStep);
    this.#lastLoggedStep = this.#step;
    if (!Object.values(losses).every(Number.isFinite)) throw this.#divergence();
    const line = this.#task.lossLine?.(this.#step, losses) ?? { step: this.#step, kind: 'losses', ...losses };
    await this.#requirePlace();
    await log.write(line);
    this.#shownLosses = Object.entries(losses).map(([name, value]) => `${name} ${value.toPrecision(3)}`);
  }

  /** Does what is due after this step and was not done yet. */
  async #doActions(log: TrainingLog): Promise<void> {
    for (const action of this.#task.actions) {
      if (!action.isDue(this.#step) || this.#lastSteps.get(action) === this.#step) continue;
      await this.#requirePlace();
      for (const line of await this.#runAction(action)) await log.write(line);
      this.#lastSteps.set(action, this.#step);
      if (action.isPause) await this.#pause();
    }
  }

  async #runAction(action: PeriodicAction): Promise<Awaited<ReturnType<PeriodicAction['run']>>> {
    try {
      return await action.run(this.#step, this.#place());
    } catch (error) {
      await this.#stopIfAborted();
      // A failed action, such as a score whose network is missing, must not lose the training before it.
      if (this.#step > 0) await this.#saveIfNew();
      throw error;
    }
  }

  async #stopIfAborted(): Promise<void> {
    // Lets signals in where the backend never waits.
    await nextTurn();
    const { signal, onNote } = this.#hooks;
    if (!signal?.aborted) return;
    await this.#saveIfNew();
    await this.#pause();
    onNote?.(
      `Stopped after step ${this.#step} of ${this.#task.steps}: the same command with --resume continues.`,
    );
    signal.throwIfAborted();
  }

  async #saveIfNew(): Promise<void> {
    if (this.#checkpointStep !== this.#step) await this.#save();
  }

  async #save(): Promise<void> {
    const { path, identity, facts } = this.#settings.checkpoint;
    const tensors = await readTensors(this.#state);
    if (!areFinite(tensors)) throw this.#divergence();
    const lastSteps = [...this.#lastSteps].map(([{ progressKey }, step]) => [progressKey, step]);
    const progress = {
      step: this.#step,
      lastLoggedStep: this.#lastLoggedStep,
      ...Object.fromEntries(lastSteps),
      seconds: this.#seconds(),
    };
    await this.#requirePlace();
    // Asked again: a process that was paused as it wrote must not put its file in the place of another's.
    await writeCheckpoint(path, { identity, progress, ...(facts && { facts }), tensors }, () =>
      this.#requirePlace(),
    );
    this.#checkpointStep = this.#step;
  }

  #divergence(): NetworkError {
    const last =
      this.#checkpointStep === undefined
        ? 'there is no checkpoint yet'
        : `the last good checkpoint is ${this.#settings.checkpoint.path}, after step ${this.#checkpointStep}`;
    return new NetworkError(
      `The training diverged by step ${this.#step}: losses or weights are not finite (${last}). Check the pictures, lower the learning rate, or try another seed.`,
    );
  }

  async #requirePlace(): Promise<void> {
    await this.#settings.requirePlace?.();
  }

  async #pause(): Promise<void> {
    await this.#requirePlace();
    await this.#hooks.onPause?.(this.#place());
  }

  #report(): void {
    this.#hooks.onProgress?.({
      stage: 'train',
      label: 'Training',
      done: this.#step,
      total: this.#task.steps,
      // A run that is stopped writes a checkpoint first.
      kept: this.#step,
      unit: 'steps',
      detail: [...this.#shownLosses, this.#task.describeProgress?.()].filter(Boolean).join(', '),
    });
  }

  #place(): RunPlace {
    return { steps: { done: this.#step, planned: this.#task.steps }, seconds: this.#seconds() };
  }

  #seconds(): number {
    return this.#secondsBefore + (Date.now() - this.#startedMs) / 1000;
  }
}
