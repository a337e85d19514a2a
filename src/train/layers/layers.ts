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
import { type Initializer, ones, type Parameters, zeros } from './parameters.js';

/** First values of a layer's variables. */
export interface LayerInit {
  /** First values of the weights. */
  readonly weight: Initializer;
  /** 'none' for a layer without a bias, where a normalization follows that would remove it. @default zeros */
  readonly bias?: Initializer | 'none';
}

/** Outputs and first values of a dense layer. */
export interface DenseForm extends LayerInit {
  /** Outputs, the width of the layer. */
  readonly units: number;
}

/**
 * A fully connected layer, x·W + b.
 *
 * @param parameters where its variables `<name>.weight` [D, units] and `<name>.bias` [units] are kept
 * @param name unique in the network
 * @param x float32 [N, D]
 * @param form units and first values
 * @returns float32 [N, units]
 *
 * @example
 * ```ts
 * const h = relu(dense(parameters, 'hidden', z, { units: 500, weight: normal(0.02) }));
 * ```
 */
export function dense(
  parameters: Parameters,
  name: string,
  x: Tensor2D,
  { units, weight, bias = zeros }: DenseForm,
): Tensor2D {
  const filter = parameters.getVariable<Tensor2D>(`${name}.weight`, [x.shape[1], units], weight);
  return addBias(parameters, name, matMul(x, filter), bias);
}

/** Size of a convolution. */
export interface ConvolutionSize {
  /** Height and width of the filter. */
  readonly kernel: number;
  /** Output channels. */
  readonly filters: number;
  /** Steps of the filter in pixels, in both directions. @default 1 */
  readonly stride?: number;
  /** `same` pads with zeros, so that the output has ⌈size / stride⌉ pixels; `valid` pads nothing. @default 'same' */
  readonly padding?: 'same' | 'valid';
}

/** Size and first values of a convolution. */
export interface ConvolutionForm extends ConvolutionSize, LayerInit {}

/**
 * A convolution with a bias.
 *
 * @param parameters where its variables `<name>.weight` [kernel, kernel, C, filters] and `<name>.bias` [filters] are kept
 * @param name unique in the network
 * @param x float32 [N, H, W, C]
 * @param form size and first values
 * @returns float32 [N, H', W', filters]
 */
export function convolution(
  parameters: Parameters,
  name: string,
  x: Tensor4D,
  { kernel, filters, stride = 1, padding = 'same', weight, bias = zeros }: ConvolutionForm,
): Tensor4D {
  const shape = [kernel, kernel, x.shape[3], filters];
  const filter = parameters.getVariable<Tensor4D>(`${name}.weight`, shape, weight);
  return addBias(parameters, name, conv2d(x, filter, stride, padding), bias);
}

/**
 * A transposed convolution with a bias, padded so that height and width grow by the stride.
 *
 * @param parameters where its variables `<name>.weight` [kernel, kernel, filters, C] and `<name>.bias` [filters] are kept
 * @param name unique in the network
 * @param x float32 [N, H, W, C]
 * @param form size and first values
 * @returns float32 [N, H·stride, W·stride, filters]
 */
export function transposedConvolution(
  parameters: Parameters,
  name: string,
  x: Tensor4D,
  { kernel, filters, stride = 1, weight, bias = zeros }: Omit<ConvolutionForm, 'padding'>,
): Tensor4D {
  const [count, height, width, channels] = x.shape;
  const shape = [kernel, kernel, filters, channels];
  const filter = parameters.getVariable<Tensor4D>(`${name}.weight`, shape, weight);
  const made = conv2dTranspose(x, filter, [count, height * stride, width * stride, filters], stride, 'same');
  return addBias(parameters, name, made, bias);
}

function addBias<X extends Tensor>(
  parameters: Parameters,
  name: string,
  x: X,
  bias: Initializer | 'none',
): X {
  return bias === 'none' ? x : add(x, parameters.getVariable(`${name}.bias`, [x.shape[x.rank - 1]], bias));
}

/** How a network is called: some layers differ between training and drawing samples. */
export type Mode = 'training' | 'sampling';

/** How batch normalization is called. */
export interface BatchNormCall {
  /** `training` uses the statistics of the batch, `sampling` the running ones. */
  readonly mode: Mode;
  /** First scale; 'none' for no scale, where the next layer can scale. @default ones */
  readonly scale?: Initializer | 'none';
}

const EPSILON = 1e-5;
/** Share of the running statistics that a step keeps. */
const KEPT = 0.9;

/**
 * Batch normalization (Ioffe and Szegedy 2015). In training it uses the statistics of the batch; for samples it uses running
 * statistics, so that a sample does not depend on the other samples of its batch.
 *
 * @param parameters where its variables `<name>.scale`, `<name>.shift` and its buffers `<name>.mean`, `<name>.variance`, each [C],
 *   are kept; a call in training updates the buffers
 * @param name unique in the network
 * @param x float32 [N, C] or [N, H, W, C]
 * @param call mode and first scale
 * @returns float32, of the shape of x
 */
export function batchNorm<X extends Tensor>(
  parameters: Parameters,
  name: string,
  x: X,
  { mode, scale: initialScale = ones }: BatchNormCall,
): X {
  const shape = [x.shape[x.rank - 1]];
  const scale =
    initialScale === 'none'
      ? fill<Rank.R1>([x.shape[x.rank - 1]], 1)
      : parameters.getVariable<Tensor1D>(`${name}.scale`, shape, initialScale);
  const shift = parameters.getVariable<Tensor1D>(`${name}.shift`, shape, zeros);
  const mean = parameters.getBuffer(`${name}.mean`, shape, zeros);
  const variance = parameters.getBuffer(`${name}.variance`, shape, ones);
  if (mode === 'sampling') {
    const factor = mul(scale, rsqrt(add(variance, EPSILON)));
    return add(mul(sub(x, mean), factor), shift);
  }
  const made = batchNormTraining(x, scale, shift, EPSILON);
  mean.assign(add(mul(mean, KEPT), mul(made.mean, 1 - KEPT)));
  variance.assign(add(mul(variance, KEPT), mul(made.variance, 1 - KEPT)));
  return made.output;
}
