import {
  add,
  conv2d,
  conv2dTranspose,
  fill,
  matMul,
  mul,
  type Rank,
  rsqrt,
  sub,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { batchNormTraining } from '../../tfjs-backend/batch-norm-training.js';
import { type Initial, ones, type Parameters, zeros } from './parameters.js';

/** What a layer starts from. */
export interface Starts {
  readonly weight: Initial;
  /** 'none' where a normalization takes it out again. @default zeros */
  readonly bias?: Initial | 'none';
}

/** x·W + b. x [N, D] → [N, units]. Parameters `<name>.weight`, `<name>.bias`. */
export function dense(
  parameters: Parameters,
  name: string,
  x: Tensor2D,
  units: number,
  { weight, bias = zeros }: Starts,
): Tensor2D {
  const filter = parameters.learn<Tensor2D>(`${name}.weight`, [x.shape[1], units], weight);
  return addBias(parameters, name, matMul(x, filter), bias);
}

export interface ConvolutionForm {
  /** Height and width of the filter. */
  readonly kernel: number;
  /** Channels that come out. */
  readonly filters: number;
  /** @default 1 */
  readonly stride?: number;
  /** @default 'same' */
  readonly padding?: 'same' | 'valid';
}

/** Convolution with a bias. x [N, H, W, C] → [N, H', W', filters]. */
export function convolution(
  parameters: Parameters,
  name: string,
  x: Tensor4D,
  { kernel, filters, stride = 1, padding = 'same' }: ConvolutionForm,
  { weight, bias = zeros }: Starts,
): Tensor4D {
  const shape = [kernel, kernel, x.shape[3], filters];
  const filter = parameters.learn<Tensor4D>(`${name}.weight`, shape, weight);
  return addBias(parameters, name, conv2d(x, filter, stride, padding), bias);
}

/** Transposed convolution with a bias, padded so that sides grow by the stride. x [N, H, W, C] → [N, H·stride, W·stride, filters]. */
export function transposedConvolution(
  parameters: Parameters,
  name: string,
  x: Tensor4D,
  { kernel, filters, stride = 1 }: Omit<ConvolutionForm, 'padding'>,
  { weight, bias = zeros }: Starts,
): Tensor4D {
  const [count, height, width, channels] = x.shape;
  const filter = parameters.learn<Tensor4D>(`${name}.weight`, [kernel, kernel, filters, channels], weight);
  const made = conv2dTranspose(x, filter, [count, height * stride, width * stride, filters], stride, 'same');
  return addBias(parameters, name, made, bias);
}

function addBias<X extends Tensor>(parameters: Parameters, name: string, x: X, bias: Initial | 'none'): X {
  return bias === 'none' ? x : add(x, parameters.learn(`${name}.bias`, [x.shape[x.rank - 1]], bias));
}

/** How a network is called: its layers differ between training and drawing samples. */
export type Mode = 'training' | 'sampling';

const EPSILON = 1e-5;
/** What running statistics keep at a step. */
const KEPT = 0.9;

/**
 * Batch normalization (Ioffe and Szegedy 2015): by the batch's own statistics in training, by running ones for samples, so that
 * a sample does not depend on those drawn with it. x [N, C] or [N, H, W, C]. Parameters `<name>.scale`, `<name>.shift`, and the
 * followed `<name>.mean` and `<name>.variance`, which a call in training assigns.
 *
 * @param scaleStart 'none' has no scale, where what follows can scale
 */
export function batchNorm<X extends Tensor>(
  parameters: Parameters,
  name: string,
  x: X,
  mode: Mode,
  scaleStart: Initial | 'none' = ones,
): X {
  const shape = [x.shape[x.rank - 1]];
  const scale =
    scaleStart === 'none'
      ? fill<Rank.R1>([x.shape[x.rank - 1]], 1)
      : parameters.learn<Tensor1D>(`${name}.scale`, shape, scaleStart);
  const shift = parameters.learn<Tensor1D>(`${name}.shift`, shape, zeros);
  const mean = parameters.follow(`${name}.mean`, shape, zeros);
  const variance = parameters.follow(`${name}.variance`, shape, ones);
  if (mode === 'sampling') {
    const factor = mul(scale, rsqrt(add(variance, EPSILON)));
    return add(mul(sub(x, mean), factor), shift);
  }
  const made = batchNormTraining(x, scale, shift, EPSILON);
  mean.assign(add(mul(mean, KEPT), mul(made.mean, 1 - KEPT)));
  variance.assign(add(mul(variance, KEPT), mul(made.variance, 1 - KEPT)));
  return made.output;
}
