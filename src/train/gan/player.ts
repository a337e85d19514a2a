import {
  type NamedTensorMap,
  type Scalar,
  type Tensor,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { Xoshiro } from '../../tfjs-backend/xoshiro.js';
import { Parameters } from '../layers/parameters.js';
import { drawsFor } from '../loop/draws.js';
import { Momentum } from '../optimizers/momentum.js';
import { limitColumns } from './column-norm.js';

/** How far and how a step goes. Tensors, so that a changed number needs no new graph. */
export interface Pace {
  readonly rate: Scalar;
  readonly momentum: Scalar;
  /** Greatest norm of the weights that lead to one unit; 0 for no limit. */
  readonly columnNorm: number;
}

/** A loss and its gradients by the names of the variables. */
export interface Slope {
  readonly value: Scalar;
  readonly grads: NamedTensorMap;
}

/** What first weights are drawn for. */
const PURPOSES = { generator: 1, discriminator: 2 } as const;

/** One of the two networks in training: its variables, and how they move. */
export class Player {
  readonly parameters: Parameters;
  /** Everything that a step changes, by name. */
  readonly state: ReadonlyMap<string, Variable>;
  readonly #moves: Momentum;

  /** @param network runs the network once, which makes its variables */
  constructor(name: keyof typeof PURPOSES, seed: number, network: (parameters: Parameters) => Tensor) {
    this.parameters = new Parameters(new Xoshiro(drawsFor(seed, PURPOSES[name]).uint32()));
    tidy(() => {
      network(this.parameters);
    });
    const { learnt, followed } = this.parameters;
    this.#moves = new Momentum(learnt);
    this.state = new Map(
      [...learnt, ...followed, ...this.#moves.state].map(([key, each]) => [`${name}/${key}`, each]),
    );
  }

  slope(loss: () => Scalar): Slope {
    return variableGrads(loss, [...this.parameters.learnt.values()]);
  }

  move({ grads }: Slope, { rate, momentum, columnNorm }: Pace): void {
    this.#moves.apply(grads, rate, momentum);
    if (columnNorm > 0) limitColumns(this.parameters.learnt, columnNorm);
  }

  dispose(): void {
    this.parameters.dispose();
    this.#moves.dispose();
  }
}
