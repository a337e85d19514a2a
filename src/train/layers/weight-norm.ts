import {
  add,
  conv2d,
  conv2dTranspose,
  div,
  matMul,
  mean,
  mul,
  neg,
  reshape,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  type Variable,
} from '@tensorflow/tfjs-core';
import type { ConvolutionForm } from './layers.js';
import { type Initial, ones, type Parameters, zeros } from './parameters.js';

/** `initializing` is one pass over pictures before training, in which layers set their first scales and shifts. */
export type WeightNormPass = 'initializing' | 'running';

export interface WeightNorm {
  /** What the directions v start from. */
  readonly direction: Initial;
  /** Whether gradients move the scale g; else it stays what the pass over first pictures made it. */
  readonly learnScale: boolean;
  /** Standard deviation of each unit over the first pictures; none leaves g at 1 and the bias at 0. */
  readonly firstDeviation?: number;
}

/** Keeps a unit that is the same for all pictures from a division by 0, and a direction from one of no length. */
const EPSILON = 1e-6;

/**
 * Weight normalization (Salimans and Kingma 2016): w = g·v/‖v‖ for each unit, with the paper's data-dependent initialization
 * (section 3): in the initializing pass t = x·v/‖v‖, g ← d/σ(t), b ← −d·μ(t)/σ(t) and d·(t − μ)/σ goes on, so that each unit
 * starts with mean 0 and deviation d over the pictures.
 *
 * x [N, D] → [N, units]. Parameters `<name>.direction`, `<name>.bias` and `<name>.scale`, which is followed unless it is learnt.
 */
export function weightNormDense(
  parameters: Parameters,
  name: string,
  x: Tensor2D,
  units: number,
  norm: WeightNorm,
  pass: WeightNormPass,
): Tensor2D {
  const direction = parameters.learn<Tensor2D>(`${name}.direction`, [x.shape[1], units], norm.direction);
  const length = lengthOver(direction, [0]);
  // Scaling what comes out costs less than scaling the matrix.
  return scaled(parameters, name, units, norm, pass, (factor) =>
    mul(matMul(x, direction), div(factor, length)),
  );
}

/** As `weightNormDense`, for a convolution: x [N, H, W, C] → [N, H', W', filters]. */
export function weightNormConvolution(
  parameters: Parameters,
  name: string,
  x: Tensor4D,
  { kernel, filters, stride = 1, padding = 'same' }: ConvolutionForm,
  norm: WeightNorm,
  pass: WeightNormPass,
): Tensor4D {
  const shape = [kernel, kernel, x.shape[3], filters];
  const direction = parameters.learn<Tensor4D>(`${name}.direction`, shape, norm.direction);
  const length = lengthOver(direction, [0, 1, 2]);
  return scaled(parameters, name, filters, norm, pass, (factor) =>
    conv2d(x, mul<Tensor4D>(direction, div(factor, length)), stride, padding),
  );
}

/** As `weightNormDense`, for a transposed convolution: x [N, H, W, C] → [N, H·stride, W·stride, filters]. */
export function weightNormTransposedConvolution(
  parameters: Parameters,
  name: string,
  x: Tensor4D,
  { kernel, filters, stride = 1 }: Omit<ConvolutionForm, 'padding'>,
  norm: WeightNorm,
  pass: WeightNormPass,
): Tensor4D {
  const [count, height, width, channels] = x.shape;
  const shape = [kernel, kernel, filters, channels];
  const direction = parameters.learn<Tensor4D>(`${name}.direction`, shape, norm.direction);
  const length = lengthOver(direction, [0, 1, 3]);
  return scaled(parameters, name, filters, norm, pass, (factor) => {
    const filter = mul<Tensor4D>(direction, reshape(div(factor, length), [filters, 1]));
    return conv2dTranspose(x, filter, [count, height * stride, width * stride, filters], stride, 'same');
  });
}

/** @param apply what comes out before the bias if g is `factor`, [units] */
function scaled<Y extends Tensor>(
  parameters: Parameters,
  name: string,
  units: number,
  { learnScale, firstDeviation }: WeightNorm,
  pass: WeightNormPass,
  apply: (factor: Tensor1D) => Y,
): Y {
  const scale = learnScale
    ? parameters.learn<Tensor1D>(`${name}.scale`, [units], ones)
    : parameters.follow(`${name}.scale`, [units], ones);
  const bias = parameters.learn<Tensor1D>(`${name}.bias`, [units], zeros);
  const made = apply(scale as Tensor1D);
  if (pass === 'running' || firstDeviation === undefined) return add(made, bias);
  const factor = standardize(made, firstDeviation);
  (scale as Variable).assign(mul(scale, factor.scale));
  (bias as Tensor as Variable).assign(factor.shift);
  return add(mul(made, factor.scale), factor.shift);
}

/** What brings each unit of `made` to mean 0 and the deviation. */
function standardize(made: Tensor, deviation: number): { scale: Tensor; shift: Tensor } {
  const others = [...made.shape.keys()].slice(0, -1);
  const center = mean(made, others);
  const variance = mean(square(sub(made, center)), others);
  const scale = div(deviation, sqrt(add(variance, EPSILON)));
  return { scale, shift: neg(mul(center, scale)) };
}

function lengthOver(direction: Tensor, axes: number[]): Tensor1D {
  return sqrt(add<Tensor1D>(sum(square(direction), axes), EPSILON));
}
