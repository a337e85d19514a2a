import {
  add,
  customGrad,
  div,
  type GradSaveFunc,
  mean,
  mul,
  neg,
  relu,
  rsqrt,
  step,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { BATCH_NORM_EPSILON } from '../../inception/batch-norm.js';

/** All but the channels. */
const PLACES = [0, 1, 2];

/** Mean and variance (divided by n) of each channel of maps [n, h, w, c]. */
export interface Moments {
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
}

export function momentsOf(x: Tensor4D): Moments {
  const centre = mean<Tensor1D>(x, PLACES);
  // The maps of a batch lie about zero, so that little is lost in the difference; one pass over them less.
  const variance = relu(sub<Tensor1D>(mean(mul(x, x), PLACES), mul(centre, centre)));
  return { mean: centre, variance };
}

/** max(0, (x − mean)/√(variance + ε) + shift) per channel, without a learnt scale: the next layer's weights can scale. */
export function normaliseWith({ mean: centre, variance }: Moments, x: Tensor4D, shift: Tensor1D): Tensor4D {
  const scale = rsqrt(add(variance, BATCH_NORM_EPSILON));
  return relu(add<Tensor4D>(mul(x, scale), sub(shift, mul(centre, scale))));
}

/**
 * Batch norm with the moments of the batch, then ReLU (Ioffe and Szegedy 2015), as one function whose gradient passes over
 * the maps as few times as it can: tfjs would compose it from a dozen.
 *
 * @param x [n, h, w, c]
 * @param shift [c]
 */
export const normaliseBatch = customGrad((...args: (Tensor | GradSaveFunc)[]) => {
  const [x, shift, save] = args as [Tensor4D, Tensor1D, GradSaveFunc];
  const moments = momentsOf(x);
  const scale = rsqrt(add(moments.variance, BATCH_NORM_EPSILON));
  const value = relu(add(mul(x, scale), sub(shift, mul(moments.mean, scale))));
  save([x, value, scale, moments.mean]);
  return { value, gradFunc };
}) as (x: Tensor4D, shift: Tensor1D) => Tensor4D;

/**
 * With g the gradient where the ReLU lets it through and x̂ the normalised maps, dx = scale·(g − mean g − x̂·mean(g·x̂)),
 * here as g·scale + x·slope + level with three numbers per channel.
 */
function gradFunc(dy: Tensor, saved: Tensor[]): Tensor[] {
  const [x, value, scale, centre] = saved as [Tensor4D, Tensor4D, Tensor1D, Tensor1D];
  const count = x.size / scale.size;
  const g = mul(dy, step(value));
  const total = sum(g, PLACES);
  const along = div(mul(scale, sub(sum(mul(g, x), PLACES), mul(centre, total))), count);
  const slope = neg(mul(mul(scale, scale), along));
  const level = neg(add(div(mul(scale, total), count), mul(slope, centre)));
  return [add(add(mul(g, scale), mul(x, slope)), level), total];
}
