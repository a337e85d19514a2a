import { setImmediate as nextTurn } from 'node:timers/promises';
import { NetworkError } from '../../core/errors.js';
import type { RunHooks } from '../../core/run-hooks.js';
import type { SmallInceptionSpec } from '../../networks/architectures/small-inception.js';
import type { TrainingBackend } from '../backend/training-backend.js';
import { type Checkpoint, mustBelongTo, readCheckpoint, writeCheckpoint } from '../loop/checkpoint.js';
import { drawsFor } from '../loop/draws.js';
import { TrainingLog } from '../loop/training-log.js';
import { areFinite } from '../loop/weights.js';
import { oneCycleRate } from '../optimizers/one-cycle.js';
import type { LabeledSet } from '../pictures/labeled-set.js';
import { alternateFlips, BatchFiller, type Normalization } from './augment.js';
import { ClassifierTraining } from './classifier-training.js';
import { exportNetwork, type TrainedNetwork } from './export-network.js';
import { initialWeights } from './network.js';
import type { Recipe } from './recipe.js';
import { type RunOptions, runNetwork } from './run-network.js';
import { computeAccuracy } from './scores.js';
import { estimateStatistics } from './statistics.js';
import { whiteningWeights } from './whitening.js';

/** Losses are asked for every so many steps: asking makes a GPU wait. */
const STEPS_PER_LOSS = 20;
/** Batches that batch norm's statistics are estimated from. */
const STATISTICS_BATCHES = 40;
/** What draws are for. */
const [FLIPS, ORDER, AUGMENTATION, STATISTICS] = [3, 4, 5, 6];

/** A training run, ready to begin or to go on. */
export interface TrainingJob {
  readonly spec: SmallInceptionSpec;
  readonly recipe: Recipe;
  readonly seed: number;
  readonly train: LabeledSet;
  /** Kept out of training; its accuracy is shown as the run goes. */
  readonly validation: LabeledSet;
  readonly normalization: Normalization;
  readonly backend: TrainingBackend;
  /** Where the networks run whose accuracy is shown. */
  readonly run: RunOptions;
  readonly checkpoint: {
    readonly path: string;
    /** Written whenever so much time has passed, and when the run is stopped. */
    readonly everyMs: number;
    readonly identity: Checkpoint['identity'];
    /** Go on from what is there. */
    readonly resume: boolean;
  };
  readonly logPath: string;
}

export interface TrainingOutcome {
  /** With averaged weights and a temperature of 1. */
  readonly network: TrainedNetwork;
  readonly steps: number;
  /** Spent on training, resumed parts added up. */
  readonly seconds: number;
}

/** Steps of a run, and how many go through the pictures once. The last batch of an epoch is left out if it isn't full. */
export function planSteps(
  count: number,
  { batchSize, epochs, leastSteps }: Recipe,
): { batch: number; perEpoch: number; steps: number } {
  const batch = Math.min(batchSize, count);
  const perEpoch = Math.floor(count / batch);
  return { batch, perEpoch, steps: Math.max(epochs, Math.ceil(leastSteps / perEpoch)) * perEpoch };
}

/**
 * Trains a network. What a step does follows from the job and the state after the step before, so that a run that was stopped
 * and resumed gives the same weights as one that ran through.
 *
 * Throws NetworkError if the loss is not finite any more, StorageError if the checkpoint or the log can't be written, and the
 * signal's reason, with a checkpoint written, if it is aborted.
 */
export async function runTraining(job: TrainingJob, hooks: RunHooks = {}): Promise<TrainingOutcome> {
  const { spec, recipe, seed, train, normalization, backend } = job;
  const stem = whiteningWeights(train, normalization, spec.stem);
  const training = new ClassifierTraining(spec, recipe, initialWeights(spec, stem, seed), backend);
  try {
    return await new Run(job, training, hooks).toEnd();
  } finally {
    training.dispose();
  }
}

class Run {
  readonly #job: TrainingJob;
  readonly #training: ClassifierTraining;
  readonly #hooks: RunHooks;
  readonly #plan: ReturnType<typeof planSteps>;
  readonly #filler: BatchFiller;
  readonly #mirrored: (row: number, epoch: number) => boolean;
  #order: Int32Array = new Int32Array(0);
  #step = 0;
  #secondsBefore = 0;
  #startedMs = 0;
  #checkpointStep: number | undefined;
  #loss = Number.NaN;
  #accuracy = Number.NaN;

  constructor(job: TrainingJob, training: ClassifierTraining, hooks: RunHooks) {
    const { train, seed, recipe, normalization } = job;
    this.#job = job;
    this.#training = training;
    this.#hooks = hooks;
    this.#plan = planSteps(train.count, recipe);
    this.#filler = new BatchFiller(train, normalization);
    const alternate = alternateFlips(train.count, drawsFor(seed, FLIPS));
    this.#mirrored = recipe.augmentation.flip ? alternate : () => false;
  }

  async toEnd(): Promise<TrainingOutcome> {
    const { steps, perEpoch } = this.#plan;
    await this.#resume();
    const log = await TrainingLog.open(this.#job.logPath, this.#step);
    this.#startedMs = Date.now();
    let checkpointMs = this.#startedMs;
    const { batch } = this.#plan;
    const { size, channels, classes } = this.#job.spec;
    const pictures = new Float32Array(batch * size * size * channels);
    const targets = new Float32Array(batch * classes);
    let network: TrainedNetwork | undefined;
    while (this.#step < steps) {
      await this.#stopIfAsked();
      this.#fill(pictures, targets);
      const rate = oneCycleRate(this.#step, steps, this.#job.recipe.learningRate);
      await this.#training.step({ pictures, targets }, rate, this.#step);
      this.#step++;
      const endOfEpoch = this.#step % perEpoch === 0;
      if (this.#step % STEPS_PER_LOSS === 0 || endOfEpoch) {
        this.#loss = await this.#training.takeMeanLoss();
        if (!Number.isFinite(this.#loss)) throw this.#diverged();
        await log.write({ step: this.#step, learningRate: rate, loss: this.#loss });
      }
      if (endOfEpoch) {
        network = await this.#network();
        this.#accuracy = await this.#validate(network);
        await log.write({
          step: this.#step,
          epoch: this.#step / perEpoch,
          validationAccuracy: this.#accuracy,
          seconds: Math.round(this.#seconds()),
        });
      }
      if (Date.now() - checkpointMs > this.#job.checkpoint.everyMs) {
        await this.#save();
        checkpointMs = Date.now();
      }
      this.#report();
    }
    if (this.#checkpointStep !== this.#step) await this.#save();
    network ??= await this.#network();
    return { network, steps, seconds: this.#seconds() };
  }

  /** Takes up the state of the checkpoint, if the run is to go on from one. */
  async #resume(): Promise<void> {
    const { path, identity, resume } = this.#job.checkpoint;
    const checkpoint = resume ? await readCheckpoint(path) : undefined;
    if (!checkpoint) return;
    mustBelongTo(path, checkpoint, identity);
    this.#training.restoreState(checkpoint.tensors);
    this.#step = checkpoint.progress.step;
    this.#secondsBefore = checkpoint.progress.seconds;
    this.#checkpointStep = this.#step;
    this.#hooks.onNote?.(`Going on after step ${this.#step} of ${this.#plan.steps}.`);
  }

  async #stopIfAsked(): Promise<void> {
    // Lets signals in where the backend never waits.
    await nextTurn();
    if (!this.#hooks.signal?.aborted) return;
    if (this.#checkpointStep !== this.#step) await this.#save();
    this.#hooks.onNote?.(
      `Stopped after step ${this.#step} of ${this.#plan.steps}; the same command with --resume goes on.`,
    );
    this.#hooks.signal.throwIfAborted();
  }

  #fill(pictures: Float32Array, targets: Float32Array): void {
    const { seed, recipe, train, spec } = this.#job;
    const { batch, perEpoch } = this.#plan;
    const epoch = Math.floor(this.#step / perEpoch);
    const place = this.#step % perEpoch;
    if (place === 0 || this.#order.length === 0) {
      this.#order = drawsFor(seed, ORDER, epoch).permutation(train.count);
    }
    const rows = this.#order.subarray(place * batch, (place + 1) * batch);
    const draws = drawsFor(seed, AUGMENTATION, this.#step);
    const mirrored = (row: number) => this.#mirrored(row, epoch);
    this.#filler.fillAugmented(rows, recipe.augmentation, mirrored, draws, pictures);
    targets.fill(recipe.labelSmoothing / spec.classes);
    for (const [i, row] of rows.entries()) {
      targets[i * spec.classes + train.labels[row]] += 1 - recipe.labelSmoothing;
    }
  }

  /** The averaged weights with statistics for them, from the same pictures each time. */
  async #network(): Promise<TrainedNetwork> {
    const { spec, train, seed, backend } = this.#job;
    const weights = await this.#training.averagedWeights();
    const { batch } = this.#plan;
    const rows = drawsFor(seed, STATISTICS).permutation(train.count);
    const pictures = new Float32Array(batch * spec.size * spec.size * spec.channels);
    const filler = this.#filler;
    function* batches() {
      for (let from = 0; from + batch <= Math.min(train.count, STATISTICS_BATCHES * batch); from += batch) {
        filler.fillPlain(rows.subarray(from, from + batch), pictures);
        yield pictures;
      }
    }
    const statistics = await estimateStatistics(spec, weights, batches(), backend);
    return { spec, weights, statistics, temperature: 1 };
  }

  async #validate(network: TrainedNetwork): Promise<number> {
    const { validation, normalization, run } = this.#job;
    const model = exportNetwork(network, 'float32');
    return computeAccuracy(await runNetwork(model, validation, normalization, run));
  }

  async #save(): Promise<void> {
    const { path, identity } = this.#job.checkpoint;
    const tensors = await this.#training.readState();
    if (!areFinite(tensors)) throw this.#diverged();
    await writeCheckpoint(path, {
      identity,
      progress: { step: this.#step, seconds: this.#seconds() },
      tensors,
    });
    this.#checkpointStep = this.#step;
  }

  #diverged(): NetworkError {
    const { path } = this.#job.checkpoint;
    const last =
      this.#checkpointStep === undefined
        ? 'there is no checkpoint yet'
        : `the last good checkpoint is ${path}, after step ${this.#checkpointStep}`;
    return new NetworkError(
      `The training diverged by step ${this.#step}: loss or weights are not finite (${last}): check the pictures, or try another seed`,
    );
  }

  #report(): void {
    const accuracy = Number.isNaN(this.#accuracy) ? [] : [`held-out ${(100 * this.#accuracy).toFixed(1)} %`];
    const loss = Number.isNaN(this.#loss) ? [] : [`loss ${this.#loss.toFixed(3)}`];
    this.#hooks.onProgress?.({
      stage: 'train',
      label: 'Training',
      done: this.#step,
      total: this.#plan.steps,
      unit: 'steps',
      detail: [...loss, ...accuracy].join(', '),
    });
  }

  #seconds(): number {
    return this.#secondsBefore + (Date.now() - this.#startedMs) / 1000;
  }
}
