import type { Scalar, Variable } from '@tensorflow/tfjs-core';
import type { LogLine } from './training-log.js';

/**
 * What a run trains: the part that differs between a GAN and a classifier. The loop owns everything else: checkpoints, the log,
 * stopping, resuming, divergence and progress.
 *
 * What a step does must follow from the state and the step's number alone, so that a resumed run is the same run, to the bit.
 */
export interface TrainingTask {
  /** Steps of the whole run. */
  readonly steps: number;
  /**
   * Everything that a step changes, by name; what a checkpoint holds. A backend may compute several steps in one run, so that after a step its
   * values can be read by `await data()` alone, and not by `dataSync()`.
   */
  readonly state: ReadonlyMap<string, Variable>;
  /** Work besides the steps, in the order in which it is done after a step. */
  readonly actions: readonly PeriodicAction[];
  /** Prepares the state. Called once, before the first step of a new run. */
  begin?(): Promise<void>;
  /**
   * One step: assigns the state, and need not wait for the backend, which the loop does.
   *
   * @param step number of steps done before this one
   * @returns losses by name, which the loop sums, logs and disposes of
   */
  step(step: number): Promise<Readonly<Record<string, Scalar>>>;
  /**
   * Decides whether losses are logged now, besides every 20th step and the last one.
   *
   * @param step number of steps done
   * @returns whether they are logged after so many steps
   */
  areLossesDue?(step: number): boolean;
  /**
   * Makes the line of the log for mean losses. Without it the line has the losses, with the kind `losses`.
   *
   * @param step number of steps done
   * @param losses their means since the last line, by name
   * @returns the line
   */
  lossLine?(step: number, losses: Readonly<Record<string, number>>): LogLine;
  /**
   * Describes how the run does, to be shown beside the losses.
   *
   * @returns such as "held-out 91.2 %"; undefined for nothing
   */
  describeProgress?(): string | undefined;
  /**
   * Gives what a checkpoint keeps beside the state, in words, besides what the loop was given to keep there.
   *
   * @returns texts by name
   */
  facts?(): Readonly<Record<string, string>>;
  /**
   * Called when a checkpoint was restored, as a run is resumed or rolled back, and the log ends where the checkpoint does.
   *
   * @param step number of steps done
   * @param facts what the checkpoint keeps beside the state
   * @returns lines that the log lacks, which the loop adds
   */
  onRestored?(step: number, facts: Readonly<Record<string, string>>): Promise<readonly LogLine[]>;
  /**
   * Decides how the run goes on. Asked once after the actions of a step.
   *
   * @returns undefined to go on
   */
  takeTurn?(): LoopTurn | undefined;
}

/** How a run goes on after the actions of a step. */
export type LoopTurn =
  /** It writes a checkpoint to a place of the task's besides, and goes on. */
  | { readonly kind: 'keep'; readonly path: string }
  /** It goes on from a checkpoint that was kept. */
  | { readonly kind: 'roll-back'; readonly path: string }
  /** It ends, with a checkpoint. */
  | { readonly kind: 'stop' };

/** Work that is done after some steps, such as scoring samples. */
export interface PeriodicAction {
  /** Names the last step for which it was done in a checkpoint's progress: `lastScoredStep`. */
  readonly progressKey: string;
  /** Whether it is done before the first step too. */
  readonly includesStart: boolean;
  /** Whether it is a point at which `onPause` is called: everything is written by then. */
  readonly isPause?: boolean;
  /**
   * Decides whether it is done now.
   *
   * @param step number of steps done
   * @returns whether it is done after so many steps
   */
  isDue(step: number): boolean;
  /**
   * Does the work.
   *
   * @param step number of steps done
   * @param place the same with the length of the run and the time spent
   * @returns lines for the log
   */
  run(step: number, place: RunPlace): Promise<readonly LogLine[]>;
}

/** How far a run is. */
export interface RunPlace {
  /** Steps done, and those of the whole run. */
  readonly steps: { readonly done: number; readonly planned: number };
  /** Spent on the run, resumed parts included. */
  readonly seconds: number;
}

/**
 * Makes a schedule for `isDue`: every so many steps, and after the last one.
 *
 * @param every steps from one time to the next
 * @param steps of the whole run
 * @returns whether something is due after a number of steps
 */
export function everySteps(every: number, steps: number): (step: number) => boolean {
  return (step) => step % every === 0 || step === steps;
}
