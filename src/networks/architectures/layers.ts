import type { GraphBuilder, Value } from '../../onnx/graph.js';

import type { Load, WeightStorage } from '../../onnx/outside-tensors.js';
import { type BatchNorm, foldIntoBias, foldIntoWeight } from './batch-norm.js';
import { combine, type Weights } from './weights.js';

/** Feature maps [n, channels, height, width] inside the graph. */
export interface Maps {
  readonly value: Value;
  readonly channels: number;
}

/** How a window of 3×3 or of a kernel goes over maps. */
export interface WindowOptions {
  /** @default 1 */
  readonly stride?: number;
  /** `same` pads with zeros so that only the stride changes the size; `valid` pads nothing. @default 'same' */
  readonly padding?: 'same' | 'valid';
}

/** What a convolution makes. */
export interface ConvOptions extends WindowOptions {
  /** Maps that it makes. */
  readonly channels: number;
  readonly kernel: Kernel;
}

/** A side, or height and width where they differ. */
export type Kernel = number | readonly [height: number, width: number];

/** Adds a convolution with batch norm and ReLU whose tensors have this name, and gives its `channels` maps. */
export type Conv = (name: string, x: Maps, options: ConvOptions) => Maps;

export type { WeightStorage } from '../../onnx/outside-tensors.js';

/** The layers that a convolutional network is written in, added to a graph with the weights of a file. */
export class Layers {
  readonly #graph: GraphBuilder;
  readonly #weights: Weights;
  readonly #storage: WeightStorage;

  constructor(graph: GraphBuilder, weights: Weights, storage: WeightStorage = 'float32') {
    this.#graph = graph;
    this.#weights = weights;
    this.#storage = storage;
  }

  /** `conv` for the layers of one block: names get the block's before them. */
  convIn(block: string): Conv {
    return (name, x, options) => this.conv(`${block}.${name}`, x, options);
  }

  readonly conv: Conv = (name, x, { channels, kernel, stride = 1, padding = 'same' }) => {
    const [height, width] = sides(kernel);
    const perChannel = (part: string) => this.#weights.take(`${name}.bn.${part}`, [channels]);
    const shape = [channels, x.channels, height, width];
    const norm = ['weight', 'bias', 'running_mean', 'running_var'].map(perChannel);
    // A variance below zero shows here as well.
    const finite = (data: Float32Array) => {
      this.#weights.mustBeFinite(name, data);
      return data;
    };
    const weight = combine([...norm, this.#weights.take(`${name}.conv.weight`, shape)], (arrays) =>
      finite(foldIntoWeight(arrays[4], batchNorm(arrays))),
    );
    const bias = combine(norm, (arrays) => finite(foldIntoBias(batchNorm(arrays))));
    const inputs = [x.value, this.#constant(weight, shape), this.#constant(bias, [channels])];
    const pads = padding === 'same' ? around(height, width) : [0, 0, 0, 0];
    const y = this.#graph.node('Conv', inputs, {
      kernel_shape: [height, width],
      strides: [stride, stride],
      pads,
    });
    return { value: this.#graph.node('Relu', [y]), channels };
  };

  /** The greatest of 3×3. */
  maxPool(x: Maps, { stride = 1, padding = 'same' }: WindowOptions): Maps {
    const pads = padding === 'same' ? around(3, 3) : [0, 0, 0, 0];
    const pool = { kernel_shape: [3, 3], strides: [stride, stride], pads };
    return { ...x, value: this.#graph.node('MaxPool', [x.value], pool) };
  }

  /** The mean of 3×3, changed in size by the stride alone. At the edges the zeros around are counted or left out. */
  averagePool(x: Maps, { countPadding, stride = 1 }: { countPadding: boolean; stride?: number }): Maps {
    const pool = {
      kernel_shape: [3, 3],
      strides: [stride, stride],
      pads: around(3, 3),
      count_include_pad: Number(countPadding),
    };
    return { ...x, value: this.#graph.node('AveragePool', [x.value], pool) };
  }

  /** Takes the maps apart into groups of so many channels. */
  split(x: Maps, channels: readonly number[]): Maps[] {
    const sizes = this.#graph.integers(channels);
    const parts = this.#graph.nodes('Split', [x.value, sizes], channels.length, { axis: 1 });
    return parts.map((value, i) => ({ value, channels: channels[i] }));
  }

  /** The maps of all branches, one after the other. */
  concat(branches: readonly Maps[]): Maps {
    const values = branches.map(({ value }) => value);
    const channels = branches.reduce((sum, branch) => sum + branch.channels, 0);
    return { value: this.#graph.node('Concat', values, { axis: 1 }), channels };
  }

  /** The mean of each map: [n, channels]. */
  spatialMean({ value }: Maps): Value {
    return this.#graph.node('Flatten', [this.#graph.node('GlobalAveragePool', [value])], { axis: 1 });
  }

  /** x·Wᵀ of x [n, from], W [to, from]: a linear layer before its bias. */
  product(name: string, x: Value, from: number, to: number): Value {
    const weight = this.#weights.constant(this.#graph, `${name}.weight`, [to, from], {
      storage: this.#storage,
    });
    return this.#graph.node('Gemm', [x, weight], { transB: 1 });
  }

  /** A linear layer's bias, added to x [n, width]. */
  addBias(name: string, x: Value, width: number): Value {
    const bias = this.#weights.constant(this.#graph, `${name}.bias`, [width], { storage: this.#storage });
    return this.#graph.node('Add', [x, bias]);
  }

  #constant(load: Load, shape: readonly number[]): Value {
    return this.#graph.external(shape, load, this.#storage);
  }
}

function batchNorm([weight, bias, runningMean, runningVar]: readonly Float32Array[]): BatchNorm {
  return { weight, bias, runningMean, runningVar };
}

function sides(kernel: Kernel): readonly [number, number] {
  return typeof kernel === 'number' ? [kernel, kernel] : kernel;
}

/** Padding at top, left, bottom and right that keeps the size under an odd kernel. */
function around(height: number, width: number): number[] {
  const [vertical, horizontal] = [(height - 1) / 2, (width - 1) / 2];
  return [vertical, horizontal, vertical, horizontal];
}
