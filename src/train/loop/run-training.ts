import { setImmediate as nextTurn } from 'node:timers/promises';
import { dispose } from '@tensorflow/tfjs-core';
import type { Checkpoint } from './checkpoint.js';
import type { LoopHooks, LoopOutcome, LoopSettings } from './loop-settings.js';
import { LossMeans } from './loss-means.js';
import { RunState } from './run-state.js';
import { StepsPerRun } from './steps-per-run.js';
import { TrainingLog } from './training-log.js';
import {
  everySteps,
  type LoopTurn,
  type PeriodicAction,
  type RunPlace,
  type TrainingTask,
} from './training-task.js';

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
  readonly #run: RunState;
  readonly #stepsPerRun: StepsPerRun;
  #shownLosses: readonly string[] = [];

  constructor(task: TrainingTask, settings: LoopSettings, hooks: LoopHooks) {
    this.#task = task;
    this.#settings = settings;
    this.#hooks = hooks;
    this.#run = new RunState(task, settings, this.#losses);
    this.#stepsPerRun = new StepsPerRun(settings.backend.stepsPerRun ?? 1);
    const isRegular = everySteps(STEPS_PER_LOSS, task.steps);
    this.#areLossesDue = (step) => isRegular(step) || (task.areLossesDue?.(step) ?? false);
  }

  async run(): Promise<LoopOutcome> {
    const { steps } = this.#task;
    const run = this.#run;
    const kept = await this.#resume();
    if (!kept) await this.#begin();
    let log = await this.#openLog(kept);
    run.startClock();
    let savedMs = Date.now();
    let turn = await this.#doActions(log);
    while (turn?.kind !== 'stop' && (run.step < steps || turn?.kind === 'roll-back')) {
      if (turn?.kind === 'roll-back') log = await this.#goBack(turn.path);
      await this.#stopIfAborted();
      await this.#doStep();
      if (this.#areLossesDue(run.step)) await this.#logLosses(log);
      turn = await this.#doActions(log);
      // A run that goes back has a checkpoint of that alone: its facts say that it did.
      const isSaveDue = Date.now() - savedMs > this.#settings.checkpoint.everyMs;
      if (turn?.kind !== 'roll-back' && isSaveDue && !this.#stepsPerRun.arePending) {
        await run.save();
        savedMs = Date.now();
      }
      this.#report();
    }
    await run.saveIfNew();
    await this.#pause();
    return { steps: run.step, seconds: run.seconds };
  }

  dispose(): void {
    this.#losses.dispose();
  }

  /** Restores the checkpoint, if the run is resumed and there is one, and gives what it keeps beside the state. */
  async #resume(): Promise<Checkpoint['facts'] | undefined> {
    const { path, resume } = this.#settings.checkpoint;
    if (!resume) return undefined;
    const facts = await this.#run.resume();
    this.#hooks.onNote?.(
      facts
        ? `Resuming after step ${this.#run.step} of ${this.#task.steps}.`
        : // As when the run was killed before its first one.
          `There is no checkpoint ${path} yet: the run starts from its beginning.`,
    );
    return facts;
  }

  /** The log up to where the run stands, with what the task tells of a checkpoint that was restored. */
  async #openLog(kept: Checkpoint['facts'] | undefined): Promise<TrainingLog> {
    const { step } = this.#run;
    const requirePlace = () => this.#requirePlace();
    const log = await TrainingLog.open(this.#settings.logPath, kept ? step : -1, requirePlace);
    const lines = kept ? await this.#task.onRestored?.(step, kept) : undefined;
    for (const line of lines ?? []) await log.write(line);
    return log;
  }

  /** From a checkpoint that was kept. Lines of later steps, which are done again, leave the log. */
  async #goBack(path: string): Promise<TrainingLog> {
    await this.#run.goBack(path);
    return this.#openLog(this.#task.facts?.() ?? {});
  }

  async #begin(): Promise<void> {
    if (!this.#task.begin) return;
    await this.#task.begin();
    await this.#settings.backend.flush([...this.#task.state.values()]);
  }

  async #doStep(): Promise<void> {
    const losses = await this.#task.step(this.#run.step);
    this.#losses.add(losses);
    dispose(Object.values(losses));
    this.#run.step++;
    const isRunDue = this.#stepsPerRun.add(this.#run.step);
    // What is done between steps reads weights; computed with them, it would need a graph of its own.
    if (!isRunDue && !this.#isAnythingDue(this.#run.step)) return;
    const started = performance.now();
    await this.#settings.backend.flush([...this.#run.tensors.values()]);
    this.#stepsPerRun.addRun(performance.now() - started);
  }

  #isAnythingDue(step: number): boolean {
    const { steps, actions } = this.#task;
    return step === steps || this.#areLossesDue(step) || actions.some((action) => action.isDue(step));
  }

  async #logLosses(log: TrainingLog): Promise<void> {
    const { step, lastLoggedStep } = this.#run;
    if (lastLoggedStep === step) return;
    const losses = await this.#losses.take(step - lastLoggedStep);
    this.#run.lastLoggedStep = step;
    if (!Object.values(losses).every(Number.isFinite)) throw this.#run.divergence();
    const line = this.#task.lossLine?.(step, losses) ?? { step, kind: 'losses', ...losses };
    await this.#requirePlace();
    await log.write(line);
    this.#shownLosses = Object.entries(losses).map(([name, value]) => `${name} ${value.toPrecision(3)}`);
  }

  /** Does what is due after this step and was not done yet, and gives how the run goes on. */
  async #doActions(log: TrainingLog): Promise<LoopTurn | undefined> {
    const { step, lastSteps } = this.#run;
    for (const action of this.#task.actions) {
      if (!action.isDue(step) || lastSteps.get(action) === step) continue;
      await this.#requirePlace();
      for (const line of await this.#runAction(action)) await log.write(line);
      lastSteps.set(action, step);
      if (action.isPause) await this.#pause();
    }
    const turn = this.#task.takeTurn?.();
    if (turn?.kind === 'keep') await this.#run.keep(turn.path);
    return turn;
  }

  async #runAction(action: PeriodicAction): Promise<Awaited<ReturnType<PeriodicAction['run']>>> {
    try {
      return await action.run(this.#run.step, this.#place());
    } catch (error) {
      await this.#stopIfAborted();
      // A failed action, such as a score whose network is missing, must not lose the training before it.
      if (this.#run.step > 0) await this.#run.saveIfNew();
      throw error;
    }
  }

  async #stopIfAborted(): Promise<void> {
    // Lets signals in where the backend never waits.
    await nextTurn();
    const { signal, onNote } = this.#hooks;
    if (!signal?.aborted) return;
    await this.#run.saveIfNew();
    await this.#pause();
    onNote?.(
      `Stopped after step ${this.#run.step} of ${this.#task.steps}: ${this.#settings.checkpoint.continued ?? 'the same command with --resume'} continues.`,
    );
    signal.throwIfAborted();
  }

  async #requirePlace(): Promise<void> {
    await this.#settings.requirePlace?.();
  }

  async #pause(): Promise<void> {
    await this.#requirePlace();
    await this.#hooks.onPause?.(this.#place());
  }

  #report(): void {
    const { step } = this.#run;
    this.#hooks.onProgress?.({
      stage: 'train',
      label: 'Training',
      done: step,
      total: this.#task.steps,
      // A run that is stopped writes a checkpoint first.
      kept: step,
      unit: 'steps',
      detail: [...this.#shownLosses, this.#task.describeProgress?.()].filter(Boolean).join(', '),
    });
  }

  #place(): RunPlace {
    return { steps: { done: this.#run.step, planned: this.#task.steps }, seconds: this.#run.seconds };
  }
}
