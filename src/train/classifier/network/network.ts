import {
  add,
  avgPool,
  concat,
  conv2d,
  matMul,
  mean,
  split,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import {
  describeSmallInception,
  type Interpreter,
  interpretSmallInception,
  LAST_LAYER,
  type SmallInceptionSpec,
  type Unit,
} from '../../../networks/architectures/small-inception.js';
import { drawNormal, rngFor } from '../../loop/rng-for.js';
import type { StoredTensor, Weights } from '../../loop/weights.js';

/** Its convolution is set from the pictures and not trained. */
export const STEM = 'stem';

const INITIALIZATION = 1;

/** Names of the tensors of a network, as its parts ask for them. */
export const weightOf = (name: string) => `${name}.weight`;
export const shiftOf = (name: string) => `${name}.bias`;

export type Tensors = ReadonlyMap<string, Tensor>;

/** What stands between a convolution and the next layer: batch norm and ReLU. */
export type Activate = (unit: Unit, x: Tensor4D, shift: Tensor1D) => Tensor4D;

/**
 * The network in tfjs: pictures [n, size, size, channels], normalized, to logits [n, classes].
 *
 * @param tensors `<unit>.weight` [kernel, kernel, from, to], `<unit>.bias` [to], `classifier.weight` [features, classes],
 *   `classifier.bias` [classes]
 */
export function computeLogits(
  spec: SmallInceptionSpec,
  tensors: Tensors,
  pictures: Tensor4D,
  activate: Activate,
): Tensor2D {
  const net: Interpreter<Tensor4D> = {
    unit(unit, x) {
      const { name, kernel, stride } = unit;
      const padding = kernel === 2 ? 'valid' : (kernel - 1) / 2;
      const maps = conv2d(x, get<Tensor4D>(weightOf(name)), stride, padding);
      return activate(unit, maps, get(shiftOf(name)));
    },
    split: (x, channels) => split(x, [...channels], 3),
    averagePool: (x, stride) => avgPool(x, 3, stride, 1),
    concat: (branches) => concat([...branches], 3),
    channels: (x) => x.shape[3],
  };
  const features: Tensor2D = mean(interpretSmallInception(spec, pictures, net), [1, 2]);
  return add(matMul(features, get<Tensor2D>(weightOf(LAST_LAYER))), get(shiftOf(LAST_LAYER)));

  function get<T extends Tensor>(name: string): T {
    return tensors.get(name) as T;
  }
}

/**
 * First weights: normal of variance 2/inputs for convolutions (He et al. 2015), nothing for shifts and the last layer.
 *
 * @param stem weights of the first convolution, [2, 2, channels, stem]
 */
export function initialWeights(spec: SmallInceptionSpec, stem: Float32Array, seed: number): Weights {
  const { units, featureWidth } = describeSmallInception(spec);
  const rng = rngFor(seed, INITIALIZATION);
  const weights = new Map<string, StoredTensor>();
  for (const { name, kernel, from, to } of units) {
    const shape = [kernel, kernel, from, to];
    const deviation = Math.sqrt(2 / (kernel ** 2 * from));
    const data =
      name === STEM ? stem : new Float32Array(kernel ** 2 * from * to).map(() => deviation * drawNormal(rng));
    weights.set(weightOf(name), { shape, data });
    weights.set(shiftOf(name), zeros([to]));
  }
  weights.set(weightOf(LAST_LAYER), zeros([featureWidth, spec.classes]));
  weights.set(shiftOf(LAST_LAYER), zeros([spec.classes]));
  return weights;
}

function zeros(shape: readonly number[]): StoredTensor {
  return { shape, data: new Float32Array(shape.reduce((product, side) => product * side, 1)) };
}
