import {
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
} from '@tensorflow/tfjs-core';
import { LAST_LAYER, type SmallInceptionSpec } from '../../networks/architectures/small-inception.js';
import { prefixNames } from '../layers/prefix-names.js';
import { readTensors, type StoredTensor, type Weights } from '../loop/weights.js';
import { computeGradients } from '../optimizers/compute-gradients.js';
import { Nesterov } from '../optimizers/nesterov.js';
import { WeightAverage } from '../optimizers/weight-average.js';
import { normalizeBatch } from './network/batch-norm.js';
import { type Activate, computeLogits, STEM, shiftOf, weightOf } from './network/network.js';
import type { Recipe } from './recipe.js';

/** Pictures as the network takes them, and its targets. */
export interface Batch {
  /** float32 [N, size, size, channels], normalized. */
  readonly pictures: Float32Array;
  /** float32 [N, classes]; rows sum to 1. */
  readonly targets: Float32Array;
}

const inTraining: Activate = (_unit, x, shift) => normalizeBatch(x, shift);

/** The weights of a network in training with their velocities and averages, on tfjs's current backend. */
export class TrainedVariables {
  /** Everything that a step changes, by name. */
  readonly state: ReadonlyMap<string, Variable>;
  readonly #spec: SmallInceptionSpec;
  readonly #stem: Tensor;
  readonly #variables: ReadonlyMap<string, Variable>;
  readonly #optimizer: Nesterov;
  readonly #average: WeightAverage;

  constructor(spec: SmallInceptionSpec, recipe: Recipe, initial: Weights) {
    this.#spec = spec;
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
    this.state = new Map([
      ...prefixNames('weight', this.#variables),
      ...prefixNames('velocity', this.#optimizer.velocities),
      ...prefixNames('average', this.#average.averages),
    ]);
  }

  /**
   * One step: forward, backward, update. The caller disposes of the loss and flushes the backend.
   *
   * @param step number of steps done before
   * @returns the cross-entropy
   */
  step({ pictures, targets }: Batch, learningRate: number, step: number): Scalar {
    const { size, channels, classes } = this.#spec;
    const count = targets.length / classes;
    const x = tensor4d(pictures, [count, size, size, channels]);
    const y = tensor2d(targets, [count, classes]);
    const { loss, gradients } = computeGradients(() => this.#loss(x, y), { trainable: this.#variables });
    const rate = scalar(learningRate);
    this.#optimizer.applyGradients(gradients, rate);
    this.#average.update(step);
    dispose([x, y, rate, ...Object.values(gradients)]);
    return loss;
  }

  #loss(x: Tensor4D, targets: Tensor2D): Scalar {
    const tensors = new Map<string, Tensor>([...this.#variables, [weightOf(STEM), this.#stem]]);
    const logits = computeLogits(this.#spec, tensors, x, inTraining);
    return neg(mean<Scalar>(sum(mul(targets, logSoftmax(logits)), 1)));
  }

  /** The averaged weights, with the stem's. */
  async averagedWeights(): Promise<Weights> {
    return readTensors(new Map<string, Tensor>([...this.#average.averages, [weightOf(STEM), this.#stem]]));
  }

  dispose(): void {
    this.#optimizer.dispose();
    this.#average.dispose();
    dispose([this.#stem, ...this.#variables.values()]);
  }
}

/** The shifts of batch norms have a learning rate of their own; the last layer's shift does not. */
function isNormShift(name: string): boolean {
  return name.endsWith('.bias') && name !== shiftOf(LAST_LAYER);
}
