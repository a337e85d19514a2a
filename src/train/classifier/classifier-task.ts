import type { Scalar, Variable } from '@tensorflow/tfjs-core';
import type { RunHooks } from '../../core/run-hooks.js';
import type { SmallInceptionSpec } from '../../networks/architectures/small-inception.js';
import type { LoopOutcome, LoopSettings } from '../loop/loop-settings.js';
import { rngFor } from '../loop/rng-for.js';
import { runTraining } from '../loop/run-training.js';
import type { LogLine } from '../loop/training-log.js';
import type { PeriodicAction, TrainingTask } from '../loop/training-task.js';
import { oneCycleRate } from '../optimizers/one-cycle.js';
import type { LabeledSet } from '../pictures/labeled-set.js';
import { alternateFlips, BatchFiller, type Normalization } from './data/augment.js';
import { exportNetwork, type TrainedNetwork } from './network/export-network.js';
import { initialWeights } from './network/network.js';
import { type RunOptions, runNetwork } from './network/run-network.js';
import { estimateStatistics } from './network/statistics.js';
import { whiteningWeights } from './network/whitening.js';
import type { Recipe } from './recipe.js';
import { computeAccuracy } from './result/scores.js';
import { type Batch, TrainedVariables } from './trained-variables.js';

/** Batches that the statistics of batch norm are estimated from. */
const STATISTICS_BATCHES = 40;
/** Random streams of a run. */
const RNG_STREAMS = { flips: 3, order: 4, augmentation: 5, statistics: 6 } as const;

/** What a classifier is trained with. */
export interface ClassifierJob extends LoopSettings {
  readonly spec: SmallInceptionSpec;
  readonly recipe: Recipe;
  readonly seed: number;
  readonly train: LabeledSet;
  /** Kept out of training; its accuracy is shown after each epoch. */
  readonly validation: LabeledSet;
  readonly normalization: Normalization;
  /** Where the networks run whose accuracy is shown. */
  readonly run: RunOptions;
}

export interface ClassifierOutcome extends LoopOutcome {
  /** With averaged weights and a temperature of 1. */
  readonly network: TrainedNetwork;
}

/** Steps of a run, and of an epoch. The last batch of an epoch is left out if it is not full. */
export function planSteps(
  count: number,
  { batchSize, epochs, minSteps }: Recipe,
): { batch: number; perEpoch: number; steps: number } {
  const batch = Math.min(batchSize, count);
  const perEpoch = Math.floor(count / batch);
  return { batch, perEpoch, steps: Math.max(epochs, Math.ceil(minSteps / perEpoch)) * perEpoch };
}

/**
 * Trains a network with the training loop: see `runTraining` for what it leaves and throws.
 *
 * @returns the network of the last step
 */
export async function runClassifierTraining(
  job: ClassifierJob,
  hooks: RunHooks = {},
): Promise<ClassifierOutcome> {
  const task = new ClassifierTask(job);
  try {
    const outcome = await runTraining(task, job, hooks);
    return { ...outcome, network: await task.lastNetwork() };
  } finally {
    task.dispose();
  }
}

/** The training of a classifier, for the loop: augmented batches, steps, and the validation of each epoch. */
class ClassifierTask implements TrainingTask {
  readonly steps: number;
  readonly actions: readonly PeriodicAction[];
  readonly #job: ClassifierJob;
  readonly #variables: TrainedVariables;
  readonly #batch: number;
  readonly #perEpoch: number;
  readonly #filler: BatchFiller;
  readonly #mirrored: (row: number, epoch: number) => boolean;
  /** The batch; filled again for each step. */
  readonly #buffer: Batch;
  #order: { readonly epoch: number; readonly rows: Int32Array } | undefined;
  /** The network that was validated last, and its accuracy. */
  #validated: TrainedNetwork | undefined;
  #accuracy: number | undefined;

  constructor(job: ClassifierJob) {
    const { spec, train, seed, recipe, normalization } = job;
    this.#job = job;
    const stem = whiteningWeights(train, normalization, spec.stem);
    this.#variables = new TrainedVariables(spec, recipe, initialWeights(spec, stem, seed));
    const { batch, perEpoch, steps } = planSteps(train.count, recipe);
    this.steps = steps;
    this.#batch = batch;
    this.#perEpoch = perEpoch;
    this.#buffer = {
      pictures: new Float32Array(batch * spec.size * spec.size * spec.channels),
      targets: new Float32Array(batch * spec.classes),
    };
    this.#filler = new BatchFiller(train, normalization);
    const alternate = alternateFlips(train.count, rngFor(seed, RNG_STREAMS.flips));
    this.#mirrored = recipe.augmentation.flip ? alternate : () => false;
    this.actions = [this.#validation()];
  }

  get state(): ReadonlyMap<string, Variable> {
    return this.#variables.state;
  }

  async step(step: number): Promise<{ loss: Scalar }> {
    this.#fill(this.#buffer, step);
    return { loss: this.#variables.step(this.#buffer, this.#rateOf(step), step) };
  }

  areLossesDue(step: number): boolean {
    return step % this.#perEpoch === 0;
  }

  lossLine(step: number, losses: Readonly<Record<string, number>>): LogLine {
    return { step, learningRate: this.#rateOf(step - 1), ...losses };
  }

  describeProgress(): string | undefined {
    return this.#accuracy === undefined ? undefined : `held-out ${(100 * this.#accuracy).toFixed(1)} %`;
  }

  /** The network as it is: what was validated after the last step, or made now if the run was complete before. */
  async lastNetwork(): Promise<TrainedNetwork> {
    return this.#validated ?? (await this.#makeNetwork());
  }

  /** The averaged weights, with statistics for them that are estimated from the same pictures each time. */
  async #makeNetwork(): Promise<TrainedNetwork> {
    const { spec, train, seed, backend } = this.#job;
    const weights = await this.#variables.averagedWeights();
    const batch = this.#batch;
    const rows = rngFor(seed, RNG_STREAMS.statistics).permutation(train.count);
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

  dispose(): void {
    this.#variables.dispose();
  }

  /** The accuracy on the validation pictures, after each epoch. */
  #validation(): PeriodicAction {
    const { validation, normalization, run } = this.#job;
    return {
      progressKey: 'lastValidatedStep',
      includesStart: false,
      isDue: (step) => step % this.#perEpoch === 0,
      run: async (step, { seconds }) => {
        this.#validated = await this.#makeNetwork();
        const model = exportNetwork(this.#validated, 'float32');
        this.#accuracy = computeAccuracy(await runNetwork(model, validation, normalization, run));
        const epoch = step / this.#perEpoch;
        return [{ step, epoch, validationAccuracy: this.#accuracy, seconds: Math.round(seconds) }];
      },
    };
  }

  #rateOf(step: number): number {
    return oneCycleRate(step, this.steps, this.#job.recipe.learningRate);
  }

  #fill({ pictures, targets }: Batch, step: number): void {
    const { seed, recipe, train, spec } = this.#job;
    const epoch = Math.floor(step / this.#perEpoch);
    const first = (step % this.#perEpoch) * this.#batch;
    const rows = this.#orderOf(epoch).subarray(first, first + this.#batch);
    const mirrored = (row: number) => this.#mirrored(row, epoch);
    const rng = rngFor(seed, RNG_STREAMS.augmentation, step);
    this.#filler.fillAugmented(rows, { augmentation: recipe.augmentation, mirrored, rng }, pictures);
    targets.fill(recipe.labelSmoothing / spec.classes);
    for (const [i, row] of rows.entries()) {
      targets[i * spec.classes + train.labels[row]] += 1 - recipe.labelSmoothing;
    }
  }

  #orderOf(epoch: number): Int32Array {
    if (this.#order?.epoch !== epoch) {
      const { seed, train } = this.#job;
      this.#order = { epoch, rows: rngFor(seed, RNG_STREAMS.order, epoch).permutation(train.count) };
    }
    return this.#order.rows;
  }
}
