import type { Variable } from '@tensorflow/tfjs-core';
import { NetworkError, UsageError } from '../../core/errors.js';
import { type Checkpoint, checkIdentity, readCheckpoint, writeCheckpoint } from './checkpoint.js';
import type { LoopSettings } from './loop-settings.js';
import type { LossMeans } from './loss-means.js';
import type { PeriodicAction, TrainingTask } from './training-task.js';
import { areFinite, assignTensors, readTensors } from './weights.js';

/** Where a run stands: its counters, and the way of its state to a checkpoint and back. */
export class RunState {
  step = 0;
  /** The last step whose losses are in the log. */
  lastLoggedStep = 0;
  /** The last step for which each action was done; −1 for none. */
  readonly lastSteps: Map<PeriodicAction, number>;
  readonly #task: TrainingTask;
  readonly #settings: LoopSettings;
  readonly #losses: LossMeans;
  #savedStep: number | undefined;
  #secondsBefore = 0;
  #startedMs = Date.now();

  constructor(task: TrainingTask, settings: LoopSettings, losses: LossMeans) {
    this.#task = task;
    this.#settings = settings;
    this.#losses = losses;
    this.lastSteps = new Map(task.actions.map((each) => [each, each.includesStart ? -1 : 0]));
  }

  /** Everything that a step changes, by name. */
  get tensors(): ReadonlyMap<string, Variable> {
    return new Map([...this.#task.state, ...this.#losses.state]);
  }

  /** Spent on the run, resumed parts included. */
  get seconds(): number {
    return this.#secondsBefore + (Date.now() - this.#startedMs) / 1000;
  }

  startClock(): void {
    this.#startedMs = Date.now();
  }

  /**
   * Restores the run's checkpoint.
   *
   * @returns what it keeps beside the state; undefined if there is none
   * @throws {UsageError} if it is of another run, or past the last step
   * @throws {NetworkError} if it is damaged, or of other networks
   */
  async resume(): Promise<Checkpoint['facts'] | undefined> {
    const { path } = this.#settings.checkpoint;
    const checkpoint = await readCheckpoint(path);
    if (!checkpoint) return undefined;
    this.#restore(path, checkpoint);
    this.#secondsBefore = checkpoint.progress.seconds;
    this.#savedStep = this.step;
    return checkpoint.facts ?? {};
  }

  /**
   * Goes back to a checkpoint that was kept, and makes it the run's.
   *
   * @throws {NetworkError} if it is not there, damaged, or of other networks
   */
  async goBack(path: string): Promise<void> {
    const checkpoint = await readCheckpoint(path);
    if (!checkpoint) {
      throw new NetworkError(
        `The checkpoint ${path} is gone: leave the checkpoints of a run that may be rolled back.`,
      );
    }
    this.#restore(path, checkpoint);
    await this.save();
  }

  #restore(path: string, checkpoint: Checkpoint): void {
    const { identity, option } = this.#settings.checkpoint;
    checkIdentity(path, checkpoint, identity, option);
    this.#losses.expect(checkpoint.tensors.keys());
    try {
      assignTensors(this.tensors, checkpoint.tensors);
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
    this.step = step;
    this.lastLoggedStep = lastLoggedStep;
    for (const action of this.#task.actions) {
      const last = lastSteps[action.progressKey];
      if (last !== undefined) this.lastSteps.set(action, last);
    }
  }

  async saveIfNew(): Promise<void> {
    if (this.#savedStep !== this.step) await this.save();
  }

  /**
   * Writes the run's checkpoint.
   *
   * @throws {NetworkError} if weights are not finite
   * @throws {StorageError} if it can't be written
   */
  async save(): Promise<void> {
    await this.keep(this.#settings.checkpoint.path);
    this.#savedStep = this.step;
  }

  /** Writes a checkpoint to any place; throws as `save` does. */
  async keep(path: string): Promise<void> {
    const { checkpoint, requirePlace } = this.#settings;
    const tensors = await readTensors(this.tensors);
    if (!areFinite(tensors)) throw this.divergence();
    const lastSteps = [...this.lastSteps].map(([{ progressKey }, step]) => [progressKey, step]);
    const progress = {
      step: this.step,
      lastLoggedStep: this.lastLoggedStep,
      ...Object.fromEntries(lastSteps),
      seconds: this.seconds,
    };
    const facts = { ...checkpoint.facts, ...this.#task.facts?.() };
    const { identity } = checkpoint;
    await requirePlace?.();
    // Asked again: a process that was paused as it wrote must not put its file in the place of another's.
    await writeCheckpoint(
      path,
      { identity, progress, ...(Object.keys(facts).length > 0 && { facts }), tensors },
      async () => requirePlace?.(),
    );
  }

  /** What ends a run whose losses or weights are not finite. */
  divergence(): NetworkError {
    const last =
      this.#savedStep === undefined
        ? 'there is no checkpoint yet'
        : `the last good checkpoint is ${this.#settings.checkpoint.path}, after step ${this.#savedStep}`;
    return new NetworkError(
      `The training diverged by step ${this.step}: losses or weights are not finite (${last}). Check the pictures, lower the learning rate, or try another seed.`,
    );
  }
}
