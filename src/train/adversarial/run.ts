import { setImmediate as nextTurn } from 'node:timers/promises';
import { dispose } from '@tensorflow/tfjs-core';
import { NetworkError, UsageError } from '../../core/errors.js';
import type { RunHooks } from '../../core/run-hooks.js';

import { writeWhole } from '../../storage/write-whole.js';
import { Xoshiro } from '../../tfjs-backend/xoshiro.js';
import type { TrainingBackend } from '../backend/training-backend.js';
import { type Checkpoint, mustBelongTo, readCheckpoint, writeCheckpoint } from '../loop/checkpoint.js';
import { drawsFor } from '../loop/draws.js';
import { type LogLine, TrainingLog } from '../loop/training-log.js';
import { areFinite, assignTensors, readTensors } from '../loop/weights.js';
import { type Batches, BatchReader } from './batch-reader.js';
import { LossMeans } from './loss-means.js';
import { PURPOSES } from './purposes.js';
import { gridPath, type RunPaths } from './run-folder.js';
import type { RunPictures } from './run-pictures.js';
import { drawGrid, layOutGrid } from './sample-grid.js';
import type { Trainer } from './trainer.js';

/** Losses are asked for every so many steps: asking makes a GPU wait. */
const STEPS_PER_LOSS = 20;

/** A run, ready to begin or to go on. */
export interface AdversarialJob {
  readonly trainer: Trainer;
  readonly pictures: RunPictures;
  readonly seed: number;
  readonly length: RunLength;
  readonly backend: TrainingBackend;
  readonly paths: RunPaths;
  readonly identity: Checkpoint['identity'];
  /** Go on from the folder's checkpoint, if there is one. */
  readonly resume: boolean;
  /** A checkpoint is written whenever so much time has passed, and when the run is stopped or ends. */
  readonly checkpointMs: number;
  /** Steps from one grid of samples to the next. */
  readonly gridEvery: number;
  /** Scores samples now and then. */
  readonly scoring?: Scoring;
}

export type RunLength = { readonly steps: number } | { readonly epochs: number };

export interface Scoring {
  /** Steps from one score to the next. */
  readonly every: number;
  /** Lines of the log for the generator as it is. */
  score(step: number): Promise<readonly LogLine[]>;
}

export interface RunOutcome {
  readonly steps: number;
  /** Spent on the run, resumed parts added up. */
  readonly seconds: number;
}

/** Where a run stands. */
export interface RunPlace {
  readonly steps: { readonly done: number; readonly planned: number };
  readonly seconds: number;
}

export interface AdversarialHooks extends RunHooks {
  /** Told after samples were scored, when the run is stopped and when it ends; everything is written by then. */
  readonly onPause?: (place: RunPlace) => Promise<void>;
}

/**
 * Trains from the first step, or the checkpoint's, to the last. What a step does follows from the job and the state after the step before, so
 * that a run that was stopped and resumed gives the same bytes as one that ran through.
 *
 * Throws NetworkError if losses or weights are not finite any more, StorageError if the folder can't be written, and the signal's reason, with a
 * checkpoint written, if it is aborted.
 */
export async function runAdversarial(job: AdversarialJob, hooks: AdversarialHooks = {}): Promise<RunOutcome> {
  const run = new Run(job, hooks);
  try {
    return await run.toEnd();
  } finally {
    await run.dispose();
  }
}

class Run {
  readonly #job: AdversarialJob;
  readonly #hooks: AdversarialHooks;
  readonly #reader: BatchReader;
  readonly #losses = new LossMeans();
  readonly #steps: number;
  readonly #stepsPerEpoch: number;
  #step = 0;
  /** The last step whose losses are in the log. */
  #toldStep = 0;
  /** The last step whose samples were scored; −1 for none. */
  #scoredStep = -1;
  #checkpointStep: number | undefined;
  #secondsBefore = 0;
  #startedMs = Date.now();
  #shown: readonly string[] = [];

  constructor(job: AdversarialJob, hooks: AdversarialHooks) {
    const { trainer, pictures, seed, length } = job;
    this.#job = job;
    this.#hooks = hooks;
    this.#reader = new BatchReader(trainer, pictures, seed);
    this.#stepsPerEpoch = this.#reader.stepsPerEpoch;
    this.#steps = 'steps' in length ? length.steps : Math.round(length.epochs * this.#stepsPerEpoch);
  }

  async toEnd(): Promise<RunOutcome> {
    const resumed = await this.#resume();
    if (!resumed) await this.#begin();
    const log = await TrainingLog.open(this.#job.paths.log, resumed ? this.#step : -1);
    this.#startedMs = Date.now();
    let checkpointMs = this.#startedMs;
    const grid = layOutGrid(this.#job.trainer, this.#job.pictures.form, this.#job.seed);
    const drawn = async () =>
      writeWhole(
        gridPath(this.#job.paths, this.#step),
        await drawGrid(this.#job.trainer, grid, this.#job.pictures.form),
      );
    if (this.#step === 0) await drawn();
    await this.#scoreIfDue(log);
    while (this.#step < this.#steps) {
      await this.#stopIfAsked();
      await this.#doStep(await this.#reader.read(this.#step, this.#steps));
      if (this.#isDue(STEPS_PER_LOSS)) await this.#tellLosses(log);
      if (this.#isDue(this.#job.gridEvery)) await drawn();
      await this.#scoreIfDue(log);
      if (Date.now() - checkpointMs > this.#job.checkpointMs) {
        await this.#save();
        checkpointMs = Date.now();
      }
      this.#report();
    }
    if (this.#checkpointStep !== this.#step) await this.#save();
    await this.#pause();
    return { steps: this.#steps, seconds: this.#seconds() };
  }

  async dispose(): Promise<void> {
    await this.#reader.close();
    this.#losses.dispose();
  }

  /** Takes up the state of the checkpoint, if the run is to go on from one. */
  async #resume(): Promise<boolean> {
    const { resume, paths, identity, trainer } = this.#job;
    const checkpoint = resume ? await readCheckpoint(paths.checkpoint) : undefined;
    if (!checkpoint) return false;
    mustBelongTo(paths.checkpoint, checkpoint, identity, '-o');
    this.#losses.expect(checkpoint.tensors.keys());
    try {
      assignTensors(new Map([...trainer.state, ...this.#losses.state]), checkpoint.tensors);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new NetworkError(
        `The checkpoint ${paths.checkpoint} is of other networks than this version makes (${error.message}): go on with the version that wrote it`,
      );
    }
    const { step, told, scored, seconds } = checkpoint.progress;
    if (step > this.#steps) {
      throw new UsageError(
        `The checkpoint ${paths.checkpoint} is of step ${step}, past the ${this.#steps} steps asked for: give more with --steps or --epochs.`,
      );
    }
    [this.#step, this.#toldStep, this.#scoredStep] = [step, told, scored];
    this.#secondsBefore = seconds;
    this.#checkpointStep = step;
    this.#hooks.onNote?.(`Going on after step ${step} of ${this.#steps}.`);
    return true;
  }

  async #begin(): Promise<void> {
    const { trainer, seed, backend } = this.#job;
    if (!trainer.initialize) return;
    const draws = new Xoshiro(drawsFor(seed, PURPOSES.start).uint32());
    await trainer.initialize(await this.#reader.readFirst(), draws);
    await backend.flush([...trainer.state.values()]);
  }

  async #doStep(batches: Batches): Promise<void> {
    const { trainer, seed, backend } = this.#job;
    const draws = new Xoshiro(drawsFor(seed, PURPOSES.step, this.#step).uint32());
    const place = { step: this.#step, steps: this.#steps, stepsPerEpoch: this.#stepsPerEpoch };
    const losses = trainer.step(batches, draws, place);
    this.#losses.add(losses);
    dispose(Object.values(losses));
    await backend.flush([...trainer.state.values(), ...this.#losses.state.values()]);
    this.#step++;
  }

  /** Whether something is to be done after this step that is done every so often, and at the end. */
  #isDue(every: number): boolean {
    return this.#step % every === 0 || this.#step === this.#steps;
  }

  async #tellLosses(log: TrainingLog): Promise<void> {
    if (this.#toldStep === this.#step) return;
    const losses = await this.#losses.take(this.#step - this.#toldStep);
    this.#toldStep = this.#step;
    if (!Object.values(losses).every(Number.isFinite)) throw this.#diverged();
    await log.write({ step: this.#step, kind: 'losses', ...losses });
    this.#shown = Object.entries(losses).map(([name, value]) => `${name} ${value.toPrecision(3)}`);
  }

  async #scoreIfDue(log: TrainingLog): Promise<void> {
    const { scoring } = this.#job;
    if (!scoring || !this.#isDue(scoring.every) || this.#scoredStep === this.#step) return;
    let lines: readonly LogLine[];
    try {
      lines = await scoring.score(this.#step);
    } catch (error) {
      await this.#stopIfAsked();
      // What was trained so far is not to be lost to a network that is missing.
      if (this.#step > 0 && this.#checkpointStep !== this.#step) await this.#save();
      throw error;
    }
    for (const line of lines) await log.write(line);
    this.#scoredStep = this.#step;
    await this.#pause();
  }

  async #stopIfAsked(): Promise<void> {
    // Lets signals in where the backend never waits.
    await nextTurn();
    if (!this.#hooks.signal?.aborted) return;
    if (this.#checkpointStep !== this.#step) await this.#save();
    await this.#pause();
    this.#hooks.onNote?.(
      `Stopped after step ${this.#step} of ${this.#steps}; the same command with --resume goes on.`,
    );
    this.#hooks.signal.throwIfAborted();
  }

  async #save(): Promise<void> {
    const { paths, identity, trainer } = this.#job;
    const tensors = await readTensors(new Map([...trainer.state, ...this.#losses.state]));
    if (!areFinite(tensors)) throw this.#diverged();
    const places = { step: this.#step, told: this.#toldStep, scored: this.#scoredStep };
    const progress = { ...places, seconds: this.#seconds() };
    await writeCheckpoint(paths.checkpoint, { identity, progress, tensors });
    this.#checkpointStep = this.#step;
  }

  #diverged(): NetworkError {
    const last =
      this.#checkpointStep === undefined
        ? 'there is no checkpoint yet'
        : `the last good checkpoint is ${this.#job.paths.checkpoint}, after step ${this.#checkpointStep}`;
    return new NetworkError(
      `The training diverged by step ${this.#step}: losses or weights are not finite (${last}): try a lower learning rate, or another seed`,
    );
  }

  async #pause(): Promise<void> {
    await this.#hooks.onPause?.({
      steps: { done: this.#step, planned: this.#steps },
      seconds: this.#seconds(),
    });
  }

  #report(): void {
    this.#hooks.onProgress?.({
      stage: 'train',
      label: 'Training',
      done: this.#step,
      total: this.#steps,
      unit: 'steps',
      detail: this.#shown.join(', '),
    });
  }

  #seconds(): number {
    return this.#secondsBefore + (Date.now() - this.#startedMs) / 1000;
  }
}
