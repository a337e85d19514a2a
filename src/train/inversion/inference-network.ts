import {
  add,
  clipByValue,
  logSoftmax,
  mean,
  mul,
  neg,
  relu,
  reshape,
  type Scalar,
  square,
  sub,
  sum,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { dense } from '../layers/layers.js';
import { normal, type Parameters } from '../layers/parameters.js';
import { TANH_SCALE } from '../pictures/pixel-scale.js';

/** What decides the form of an inference network. */
export interface InferenceForm {
  /** Numbers in a latent. */
  readonly latentWidth: number;
  /** Classes of the generator; 0 where it takes none. */
  readonly classes: number;
  /** Units of each of the two hidden layers. */
  readonly units: number;
}

/** What an inference network says of pictures. */
export interface Inferred {
  /** [N, latentWidth] */
  readonly z: Tensor2D;
  /** [N, classes], logits; undefined where the generator takes no class. */
  readonly classes?: Tensor2D;
}

/** As He et al. 2015 start layers before a ReLU. */
const firstWeights = (inputs: number) => normal(Math.sqrt(2 / inputs));

/**
 * Predicts latents from pictures: two hidden layers of ReLU, and linear outputs.
 *
 * @param x pictures [N, size, size, channels] on 0–255; what is beyond is clipped, as it is when a sample is written
 */
export function infer(parameters: Parameters, form: InferenceForm, x: Tensor4D): Inferred {
  const { latentWidth, classes, units } = form;
  const [count] = x.shape;
  const { center, range } = TANH_SCALE;
  const scaled = mul(sub(clipByValue(x, 0, 255), center), 1 / range);
  const flat = reshape(scaled, [count, x.size / count]) as Tensor2D;
  const layer = (name: string, input: Tensor2D, outputs: number) =>
    dense(parameters, name, input, { units: outputs, weight: firstWeights(input.shape[1]) });
  const first = relu(layer('h0', flat, units));
  const second = relu(layer('h1', first, units));
  const z = layer('z', second, latentWidth);
  return classes === 0 ? { z } : { z, classes: layer('class', second, classes) };
}

/**
 * The loss of an inference network on samples whose latents are known, as in the sleep phase of wake-sleep: the mean squared error of
 * z, which is −log q(z | x) for a Gaussian of fixed width, and the cross-entropy of the class.
 *
 * @param z [N, latentWidth] of which the samples were made
 * @param classes [N, K], one-hot, of which they were made
 */
export function inferenceLoss(
  inferred: Inferred,
  z: Tensor2D,
  classes?: Tensor2D,
): { readonly lossZ: Scalar; readonly lossClass?: Scalar } {
  const lossZ = mean<Scalar>(square(sub(inferred.z, z)));
  if (!inferred.classes || !classes) return { lossZ };
  return { lossZ, lossClass: neg(mean<Scalar>(sum(mul(classes, logSoftmax(inferred.classes)), 1))) };
}

/** Both parts of the loss. */
export function totalLoss({ lossZ, lossClass }: ReturnType<typeof inferenceLoss>): Scalar {
  return lossClass ? add(lossZ, lossClass) : lossZ;
}
