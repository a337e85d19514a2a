import type { FusedBatchNormAttrs, FusedBatchNormInputs } from '@tensorflow/tfjs-core';
import { fromChannelsFirst, toChannelsFirst } from '../../channels-first.js';
import { apply, applyMany, type LazyValue, scalar } from '../../lazy-value.js';
import { reshape } from '../../rearrange.js';
import { filled } from '../creation.js';
import { binary } from '../elementwise/arithmetic.js';
import { type Kernel, kernel } from '../kernel.js';

/** Names of the kernels behind `batchNormTraining`; only this backend has them. */
export const BATCH_NORM_TRAINING = 'BatchNormTraining';
export const BATCH_NORM_TRAINING_GRAD = 'BatchNormTrainingGrad';

export interface BatchNormTrainingInputs {
  /** [N, H, W, C] or [N, C] */
  x: unknown;
  /** [C] */
  gamma: unknown;
  /** [C] */
  beta: unknown;
}
export interface BatchNormTrainingGradInputs {
  dy: unknown;
  x: unknown;
  gamma: unknown;
  mean: unknown;
  variance: unknown;
}
export interface BatchNormTrainingAttrs {
  epsilon: number;
}

export const NORMALIZATION_KERNELS: readonly Kernel[] = [
  kernel<FusedBatchNormInputs, FusedBatchNormAttrs>(
    'FusedBatchNorm',
    ({ x, mean, variance, offset, scale }, { varianceEpsilon }) => {
      const deviation = apply('Sqrt', [binary('Add', variance, scalar(varianceEpsilon))], variance);
      const factor = binary('Div', scale ?? scalar(1), deviation);
      const scaled = binary('Mul', binary('Sub', x, mean), factor);
      return offset ? binary('Add', scaled, offset) : scaled;
    },
  ),
];

/** Kernels behind `batchNormTraining`, for the CPU. */
export const BATCH_NORM_TRAINING_KERNELS: readonly Kernel[] = [
  kernel<BatchNormTrainingInputs, BatchNormTrainingAttrs>(
    BATCH_NORM_TRAINING,
    ({ x, gamma, beta }, { epsilon }) => {
      const input = channelsSecond(x);
      // With momentum 0 the "running" statistics that come out are those of the batch. What goes in
      // doesn't count, but has to be two values of its own: the runtime may write the new ones over them.
      const [y, mean, variance] = applyMany(
        'BatchNormalization',
        [input, gamma, beta, filled(0, gamma), filled(1, gamma)],
        [input, gamma, gamma],
        { training_mode: 1, epsilon: { float: epsilon }, momentum: { float: 0 } },
      );
      return [channelsLast(y), mean, variance];
    },
  ),
  kernel<BatchNormTrainingGradInputs, BatchNormTrainingAttrs>(
    BATCH_NORM_TRAINING_GRAD,
    ({ dy, x, gamma, mean, variance }, { epsilon }) => {
      const { dx, dgamma, dbeta } = gradients(
        { dy: channelsSecond(dy), x: channelsSecond(x), gamma, mean, variance },
        epsilon,
      );
      return [channelsLast(dx), dgamma, dbeta];
    },
  ),
];

/**
 * dx = γ/σ · (dy − (Σ dy + x̂ · Σ dy·x̂) / M), as few passes over the pictures as ONNX's operators allow: two sums, a
 * product, and then γ/σ · dy plus an inference-time normalization of x whose scale and offset hold the rest.
 */
function gradients(
  { dy, x, gamma, mean, variance }: Record<keyof BatchNormTrainingGradInputs, LazyValue>,
  epsilon: number,
) {
  const count = scalar(x.shape.reduce((product, side) => product * side, 1) / gamma.shape[0]);
  const deviation = apply('Sqrt', [binary('Add', variance, scalar(epsilon))], variance);
  const dbeta = sumPerChannel(dy);
  const dyDotX = sumPerChannel(binary('Mul', dy, x));
  const dgamma = binary('Div', binary('Sub', dyDotX, binary('Mul', mean, dbeta)), deviation);
  const factor = binary('Div', gamma, deviation);
  const share = apply('Neg', [binary('Div', factor, count)], gamma);
  const correction = apply(
    'BatchNormalization',
    [x, binary('Mul', share, dgamma), binary('Mul', share, dbeta), mean, variance],
    x,
    { epsilon: { float: epsilon } },
  );
  const perChannel = reshape(factor, [1, gamma.shape[0], ...x.shape.slice(2).map(() => 1)]);
  return { dx: binary('Add', binary('Mul', dy, perChannel), correction), dgamma, dbeta };
}

/** Sums of [N, C, ...] over all but the channels. In two steps: measured three times as fast as one. */
function sumPerChannel(value: LazyValue): LazyValue {
  const [batch, channels, ...sides] = value.shape;
  const inner = sides.map((_, i) => i + 2);
  const sums =
    inner.length === 0
      ? value
      : apply('ReduceSum', [value, inner], { shape: [batch, channels], type: 'float32' }, { keepdims: 0 });
  return apply('ReduceSum', [sums, [0]], { shape: [channels], type: 'float32' }, { keepdims: 0 });
}

function channelsSecond(value: LazyValue): LazyValue {
  return value.shape.length === 4 ? toChannelsFirst(value) : value;
}

function channelsLast(value: LazyValue): LazyValue {
  return value.shape.length === 4 ? fromChannelsFirst(value) : value;
}
