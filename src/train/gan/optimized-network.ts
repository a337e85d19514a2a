import { type NamedTensorMap, type Scalar, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { Xoshiro } from '../../tfjs-backend/xoshiro.js';
import { Parameters } from '../layers/parameters.js';
import { prefixNames } from '../layers/prefix-names.js';
import { rngFor } from '../loop/rng-for.js';
import { computeGradients, type LossGradients } from '../optimizers/compute-gradients.js';
import { Momentum } from '../optimizers/momentum.js';
import { limitColumns } from './column-norm.js';

/** How an update is made. Tensors, so that a changed number needs no new graph. */
export interface UpdateSettings {
  readonly rate: Scalar;
  readonly momentum: Scalar;
  /** Maximum norm of the weights that lead to one unit; 0 for no limit. */
  readonly columnNorm: number;
}

/** What first weights are drawn for. */
const RNG_STREAMS = { generator: 1, discriminator: 2 } as const;

/** The generator or the discriminator in training: its variables and their momentum. */
export class OptimizedNetwork {
  readonly parameters: Parameters;
  /** Everything that a step changes, by name. */
  readonly state: ReadonlyMap<string, Variable>;
  readonly #momentum: Momentum;

  /** @param network runs the network once, which makes its variables */
  constructor(name: keyof typeof RNG_STREAMS, seed: number, network: (parameters: Parameters) => Tensor) {
    this.parameters = new Parameters(new Xoshiro(rngFor(seed, RNG_STREAMS[name]).uint32()));
    tidy(() => {
      network(this.parameters);
    });
    const { trainable, buffers } = this.parameters;
    this.#momentum = new Momentum(trainable);
    this.state = new Map(prefixNames(name, trainable, buffers, this.#momentum.state));
  }

  gradients(loss: () => Scalar): LossGradients {
    return computeGradients(loss, this.parameters);
  }

  applyGradients(gradients: NamedTensorMap, { rate, momentum, columnNorm }: UpdateSettings): void {
    this.#momentum.applyGradients(gradients, rate, momentum);
    if (columnNorm > 0) limitColumns(this.parameters.trainable, columnNorm);
  }

  dispose(): void {
    this.parameters.dispose();
    this.#momentum.dispose();
  }
}
