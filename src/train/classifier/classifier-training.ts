import {
  add,
  dispose,
  logSoftmax,
  mean,
  mul,
  neg,
  type Scalar,
  scalar,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tensor,
  tensor2d,
  tensor4d,
  tidy,
  type Variable,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { LAST_LAYER, type SmallInceptionSpec } from '../../networks/architectures/small-inception.js';
import type { TrainingBackend } from '../backend/training-backend.js';
import { assignTensors, readTensors, type StoredTensor, type Weights } from '../loop/weights.js';
import { Nesterov } from '../optimizers/nesterov.js';
import { WeightAverage } from '../optimizers/weight-average.js';
import { normalizeBatch } from './batch-norm.js';
import { type Activate, computeLogits, STEM, shiftOf, weightOf } from './network.js';
import type { Recipe } from './recipe.js';

/** Pictures as the network takes them, and what it should say to them. */
export interface Batch {
  /** float32 [n, size, size, channels], normalized. */
  readonly pictures: Float32Array;
  /** float32 [n, classes]; rows sum to 1. */
  readonly targets: Float32Array;
}

const inTraining: Activate = (_unit, x, shift) => normalizeBatch(x, shift);

/** Weights, velocities and averages of a network in training, on tfjs's current backend. */
export class ClassifierTraining {
  readonly #spec: SmallInceptionSpec;
  readonly #backend: TrainingBackend;
  readonly #stem: Tensor;
  readonly #variables: ReadonlyMap<string, Variable>;
  readonly #optimizer: Nesterov;
  readonly #average: WeightAverage;
  /** Sum and number of the losses since they were last asked for. */
  readonly #losses: ReadonlyMap<string, Variable>;

  constructor(spec: SmallInceptionSpec, recipe: Recipe, initial: Weights, backend: TrainingBackend) {
    this.#spec = spec;
    this.#backend = backend;
    const make = ({ shape, data }: StoredTensor) => tensor(data, [...shape]);
    this.#stem = make(initial.get(weightOf(STEM)) as StoredTensor);
    this.#variables = new Map(
      [...initial]
        .filter(([name]) => name !== weightOf(STEM))
        .map(([name, stored]) => [name, tidy(() => variable(make(stored)))]),
    );
    this.#optimizer = new Nesterov(this.#variables, {
      momentum: recipe.momentum,
      weightDecay: (name) => (name.endsWith('.weight') ? recipe.weightDecay : 0),
      rate: (name) => (isNormShift(name) ? recipe.shiftRate : 1),
    });
    this.#average = new WeightAverage(this.#variables, recipe.averageDecay);
    this.#losses = new Map(['sum', 'count'].map((name) => [name, tidy(() => variable(scalar(0), false))]));
  }

  /**
   * One step: forward, backward, update; one run of a graph where the backend makes graphs.
   *
   * @param step number of steps done before
   */
  async step({ pictures, targets }: Batch, learningRate: number, step: number): Promise<void> {
    const { size, channels, classes } = this.#spec;
    const count = targets.length / classes;
    const images = tensor4d(pictures, [count, size, size, channels]);
    const wanted = tensor2d(targets, [count, classes]);
    const { value, grads } = variableGrads(() => this.#loss(images, wanted), [...this.#variables.values()]);
    const rate = scalar(learningRate);
    this.#optimizer.apply(grads, rate);
    this.#average.follow(step);
    tidy(() => {
      for (const [name, total] of this.#losses) total.assign(add(total, name === 'sum' ? value : 1));
    });
    dispose([images, wanted, rate, value, ...Object.values(grads)]);
    await this.#backend.flush([...this.#state().values()]);
  }

  #loss(images: Tensor4D, targets: Tensor2D): Scalar {
    const tensors = new Map<string, Tensor>([...this.#variables, [weightOf(STEM), this.#stem]]);
    const logits = computeLogits(this.#spec, tensors, images, inTraining);
    return neg(mean<Scalar>(sum(mul(targets, logSoftmax(logits)), 1)));
  }

  /** Mean of the losses since the last call; NaN if there were none. Waits for the backend. */
  async takeMeanLoss(): Promise<number> {
    const [[sum], [count]] = await Promise.all([...this.#losses.values()].map((total) => total.data()));
    tidy(() => {
      for (const total of this.#losses.values()) total.assign(scalar(0));
    });
    return sum / count;
  }

  /** The averaged weights, with the stem's. */
  async averagedWeights(): Promise<Weights> {
    return readTensors(new Map<string, Tensor>([...this.#average.averages, [weightOf(STEM), this.#stem]]));
  }

  /** Everything that a step changes: weights, velocities, averages and losses not asked for yet. */
  async readState(): Promise<Map<string, StoredTensor>> {
    return readTensors(this.#state());
  }

  /** Goes on from a state that was read. Throws RangeError if it is another network's. */
  restoreState(state: Weights): void {
    assignTensors(this.#state(), state);
  }

  #state(): Map<string, Variable> {
    const named = (kind: string, variables: ReadonlyMap<string, Variable>) =>
      [...variables].map(([name, each]) => [`${kind}/${name}`, each] as const);
    return new Map([
      ...named('weight', this.#variables),
      ...named('velocity', this.#optimizer.velocities),
      ...named('average', this.#average.averages),
      ...named('loss', this.#losses),
    ]);
  }

  dispose(): void {
    this.#optimizer.dispose();
    this.#average.dispose();
    dispose([this.#stem, ...this.#losses.values(), ...this.#variables.values()]);
  }
}

/** Shifts of batch norms learn faster than the rest; the last layer's does not. */
function isNormShift(name: string): boolean {
  return name.endsWith('.bias') && name !== shiftOf(LAST_LAYER);
}
