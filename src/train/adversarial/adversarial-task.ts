import { type Scalar, tensor, type Variable, variable } from '@tensorflow/tfjs-core';
import { writeSampleZip } from '../../generators/write-samples.js';
import { guardStorage } from '../../storage/guard-storage.js';
import { makeFolder } from '../../storage/make-folder.js';
import { writeWhole } from '../../storage/write-whole.js';
import { Xoshiro } from '../../tfjs-backend/xoshiro.js';
import { rngFor } from '../loop/rng-for.js';
import { type LogLine, readLog } from '../loop/training-log.js';
import { everySteps, type LoopTurn, type PeriodicAction, type TrainingTask } from '../loop/training-task.js';
import { BatchReader } from './batch-reader.js';
import type { CollapseResponse } from './collapse/collapse-response.js';
import { POOL_TENSOR, storePool } from './conditions/condition-pool.js';
import { planOfAll, streamOf } from './draw-samples.js';
import { RNG_STREAMS } from './rng-streams.js';
import { gridPath, type RunPaths, setPath } from './run-folder.js';
import type { RunPictures } from './run-pictures.js';
import { drawGrid, layOutGrid } from './sample-grid.js';
import type { Trainer } from './trainer.js';
import type { EarlyStopping } from './validation/early-stopping.js';

/** What a GAN is trained with. */
export interface AdversarialJob {
  readonly trainer: Trainer;
  readonly pictures: RunPictures;
  readonly seed: number;
  readonly length: RunLength;
  readonly paths: RunPaths;
  /** Throws if another process has taken the run over. @default nothing */
  readonly requirePlace?: () => Promise<void>;
  /** Steps from one grid of samples to the next. */
  readonly gridEvery: number;
  /** Sets of samples for whoever watches the run. @default none */
  readonly sets?: SetSchedule;
  /** Scores samples every so many steps. @default no scores */
  readonly scoring?: Scoring;
  /** What is done where scores tell a collapse. @default nothing */
  readonly collapse?: CollapseResponse;
  /** What lowers learning rates and ends the run. @default nothing */
  readonly earlyStopping?: EarlyStopping;
}

export type RunLength = { readonly steps: number } | { readonly epochs: number };

/** How often a set is written, and how large it is. */
export interface SetSchedule {
  /** Steps from one set to the next. */
  readonly every: number;
  /** Samples of a set. */
  readonly count: number;
}

export interface Scoring {
  /** Steps from one score to the next. */
  readonly every: number;
  /** Lines of the log for the generator as it is. */
  score(step: number): Promise<readonly LogLine[]>;
}

/** The training of a GAN, for the loop: the trainer's steps, grids of samples, and scores. */
export class AdversarialTask implements TrainingTask {
  readonly steps: number;
  readonly actions: readonly PeriodicAction[];
  readonly #job: AdversarialJob;
  /** What is saved beside the trainer's state. */
  readonly #pool: ReadonlyMap<string, Variable>;
  #reader: BatchReader;

  constructor(job: AdversarialJob) {
    const { trainer, pictures, seed, length } = job;
    this.#job = job;
    this.#pool = poolVariables(pictures);
    this.#reader = new BatchReader(trainer, pictures, seed);
    this.steps = 'steps' in length ? length.steps : Math.round(length.epochs * this.#reader.stepsPerEpoch);
    this.actions = [this.#gridAction(), ...this.#setActions(), ...this.#scoreActions()];
  }

  get state(): ReadonlyMap<string, Variable> {
    const { state } = this.#job.trainer;
    return this.#pool.size === 0 ? state : new Map([...state, ...this.#pool]);
  }

  async begin(): Promise<void> {
    const { trainer, seed } = this.#job;
    if (!trainer.initialize) return;
    const rng = new Xoshiro(rngFor(seed, RNG_STREAMS.start).uint32());
    await trainer.initialize(await this.#reader.readFirst(), rng);
  }

  async step(step: number): Promise<Readonly<Record<string, Scalar>>> {
    const { trainer, collapse, earlyStopping } = this.#job;
    const batches = await this.#reader.read(step, this.steps);
    const rng = new Xoshiro(rngFor(this.#seed, RNG_STREAMS.step, step).uint32());
    return trainer.step(batches, rng, {
      step,
      steps: this.steps,
      stepsPerEpoch: this.#reader.stepsPerEpoch,
      adjustment: collapse?.adjustment ?? earlyStopping?.adjustment,
    });
  }

  /** Of latents and batches. */
  get #seed(): number {
    return this.#job.collapse?.seed ?? this.#job.seed;
  }

  /** What answers a collapse is told the losses up to it. */
  areLossesDue(step: number): boolean {
    const { collapse, scoring } = this.#job;
    return collapse !== undefined && scoring !== undefined && everySteps(scoring.every, this.steps)(step);
  }

  lossLine(step: number, losses: Readonly<Record<string, number>>): LogLine {
    this.#job.collapse?.takeLosses(losses);
    return { step, kind: 'losses', ...losses };
  }

  facts(): Readonly<Record<string, string>> {
    return this.#job.collapse?.facts ?? {};
  }

  takeTurn(): LoopTurn | undefined {
    const { collapse, earlyStopping } = this.#job;
    return collapse?.takeTurn() ?? earlyStopping?.takeTurn();
  }

  async onRestored(step: number, facts: Readonly<Record<string, string>>): Promise<readonly LogLine[]> {
    const { collapse, earlyStopping, paths, pictures, trainer } = this.#job;
    earlyStopping?.restore(await readLog(paths.log));
    if (!collapse) return [];
    const lines = await collapse.restore(step, facts, await readLog(paths.log));
    await this.#reader.close();
    this.#reader = new BatchReader(trainer, pictures, this.#seed);
    return lines;
  }

  /** Waits for what is being read, so that the pictures can be closed. */
  async close(): Promise<void> {
    await this.#reader.close();
    for (const each of this.#pool.values()) each.dispose();
  }

  #gridAction(): PeriodicAction {
    const { trainer, pictures, seed, paths, requirePlace, gridEvery } = this.#job;
    const grid = layOutGrid(trainer, pictures.form, seed, pictures.pool);
    return {
      progressKey: 'lastGridStep',
      includesStart: true,
      isDue: everySteps(gridEvery, this.steps),
      async run(step) {
        const picture = await drawGrid(trainer, grid, pictures.form);
        await writeWhole(gridPath(paths, step), picture, { beforeReplace: requirePlace });
        return [];
      },
    };
  }

  #setActions(): PeriodicAction[] {
    const { trainer, pictures, seed, paths, requirePlace, sets } = this.#job;
    if (!sets) return [];
    const { form } = pictures;
    const stream = streamOf({ trainer, form }, planOfAll(form, seed, pictures.pool), sets.count, {});
    return [
      {
        progressKey: 'lastSetStep',
        includesStart: true,
        isDue: everySteps(sets.every, this.steps),
        async run(step) {
          await guardStorage(paths.sets, () => makeFolder(paths.sets));
          await writeSampleZip(setPath(paths, step), stream, { beforeReplace: requirePlace });
          return [];
        },
      },
    ];
  }

  #scoreActions(): PeriodicAction[] {
    const { scoring, collapse, earlyStopping } = this.#job;
    if (!scoring) return [];
    return [
      {
        progressKey: 'lastScoredStep',
        includesStart: true,
        isPause: true,
        isDue: everySteps(scoring.every, this.steps),
        async run(step) {
          const scores = await scoring.score(step);
          earlyStopping?.takeScores(step, scores);
          return [...scores, ...((await collapse?.takeScores(step, scores)) ?? [])];
        },
      },
    ];
  }
}

function poolVariables({ pool }: RunPictures): ReadonlyMap<string, Variable> {
  if (!pool) return new Map();
  const { data, shape } = storePool(pool);
  const value = tensor(data, [...shape]);
  const stored = variable(value, false);
  value.dispose();
  return new Map([[POOL_TENSOR, stored]]);
}
