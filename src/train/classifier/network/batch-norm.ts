import {
  add,
  mean,
  mul,
  ones,
  type Rank,
  relu,
  rsqrt,
  sub,
  type Tensor1D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { BATCH_NORM_EPSILON } from '../../../networks/architectures/batch-norm.js';
import { batchNormTraining } from '../../../tfjs-backend/batch-norm-training.js';

/** All but the channels. */
const PLACES = [0, 1, 2];

/** Mean and variance (divided by n) of each channel of maps [n, h, w, c]. */
export interface Moments {
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
}

export function momentsOf(x: Tensor4D): Moments {
  const center = mean<Tensor1D>(x, PLACES);
  // The maps of a batch lie about zero, so that little is lost in the difference; one pass over them less.
  const variance = relu(sub<Tensor1D>(mean(mul(x, x), PLACES), mul(center, center)));
  return { mean: center, variance };
}

/** max(0, (x − mean)/√(variance + ε) + shift) per channel, without a scale: the next layer's weights can scale. */
export function normalizeWith({ mean: center, variance }: Moments, x: Tensor4D, shift: Tensor1D): Tensor4D {
  const scale = rsqrt(add(variance, BATCH_NORM_EPSILON));
  return relu(add<Tensor4D>(mul(x, scale), sub(shift, mul(center, scale))));
}

/** Batch norm with the moments of the batch, then ReLU (Ioffe and Szegedy 2015), in training. */
export function normalizeBatch(x: Tensor4D, shift: Tensor1D): Tensor4D {
  const scale = ones<Rank.R1>([shift.size]);
  return relu(batchNormTraining(x, scale as Tensor1D, shift, BATCH_NORM_EPSILON).output);
}
