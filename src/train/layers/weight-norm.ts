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
} from '@tensorflow/tfjs-core';
import type { ConvolutionSize } from './layers.js';
import { type Initializer, ones, type Parameters, zeros } from './parameters.js';

/** `initializing` is one pass over pictures before training, in which layers set their first scales and shifts. */
export type WeightNormPass = 'initializing' | 'running';

/** How a weight-normalized layer starts and is called. */
export interface WeightNormCall {
  /** First values of the directions v. */
  readonly direction: Initializer;
  /** Whether the scale g is trainable; if not, it keeps the value of the initializing pass. */
  readonly trainableScale: boolean;
  /** Standard deviation of each unit over the pictures of the initializing pass; undefined leaves g at 1 and the bias at 0. */
  readonly initialDeviation?: number;
  /** Whether this is the initializing pass. */
  readonly pass: WeightNormPass;
}

/** Keeps a unit that is the same for all pictures from a division by 0, and a direction from having no length. */
const EPSILON = 1e-6;

/**
 * A weight-normalized dense layer (Salimans and Kingma 2016): w = g·v/‖v‖ for each unit, with the paper's data-dependent
 * initialization (section 3). In the initializing pass t = x·v/‖v‖, g ← d/σ(t), b ← −d·μ(t)/σ(t), and the output is
 * d·(t − μ)/σ; so each unit starts with mean 0 and deviation d over the pictures.
 *
 * @param parameters where its variables `<name>.direction`, `<name>.bias` and `<name>.scale` are kept; the scale is a buffer
 *   unless it is trainable
 * @param name unique in the network
 * @param x float32 [N, D]
 * @param call units, first values and pass
 * @returns float32 [N, units]
 */
export function weightNormDense(
  parameters: Parameters,
  name: string,
  x: Tensor2D,
  { units, ...call }: WeightNormCall & { readonly units: number },
): Tensor2D {
  const shape = [x.shape[1], units];
  const direction = parameters.getVariable<Tensor2D>(`${name}.direction`, shape, call.direction);
  const length = lengthOver(direction, [0]);
  const layer: NormalizedLayer = { parameters, name, units };
  // Scaling the output costs less than scaling the matrix.
  return applyScaled(layer, call, (factor) => mul(matMul(x, direction), div(factor, length)));
}

/**
 * A weight-normalized convolution (Salimans and Kingma 2016), as `weightNormDense`; μ and σ are over pictures and places.
 *
 * @param parameters where its variables are kept
 * @param name unique in the network
 * @param x float32 [N, H, W, C]
 * @param call size, first values and pass
 * @returns float32 [N, H', W', filters]
 */
export function weightNormConvolution(
  parameters: Parameters,
  name: string,
  x: Tensor4D,
  { kernel, filters, stride = 1, padding = 'same', ...call }: ConvolutionSize & WeightNormCall,
): Tensor4D {
  const shape = [kernel, kernel, x.shape[3], filters];
  const direction = parameters.getVariable<Tensor4D>(`${name}.direction`, shape, call.direction);
  const length = lengthOver(direction, [0, 1, 2]);
  return applyScaled({ parameters, name, units: filters }, call, (factor) =>
    conv2d(x, mul<Tensor4D>(direction, div(factor, length)), stride, padding),
  );
}

/**
 * A weight-normalized transposed convolution (Salimans and Kingma 2016), as `weightNormDense`; μ and σ are over pictures and places.
 *
 * @param parameters where its variables are kept
 * @param name unique in the network
 * @param x float32 [N, H, W, C]
 * @param call size, first values and pass
 * @returns float32 [N, H·stride, W·stride, filters]
 */
export function weightNormTransposedConvolution(
  parameters: Parameters,
  name: string,
  x: Tensor4D,
  { kernel, filters, stride = 1, ...call }: Omit<ConvolutionSize, 'padding'> & WeightNormCall,
): Tensor4D {
  const [count, height, width, channels] = x.shape;
  const shape = [kernel, kernel, filters, channels];
  const direction = parameters.getVariable<Tensor4D>(`${name}.direction`, shape, call.direction);
  const length = lengthOver(direction, [0, 1, 3]);
  return applyScaled({ parameters, name, units: filters }, call, (factor) => {
    const filter = mul<Tensor4D>(direction, reshape(div(factor, length), [filters, 1]));
    return conv2dTranspose(x, filter, [count, height * stride, width * stride, filters], stride, 'same');
  });
}

interface NormalizedLayer {
  readonly parameters: Parameters;
  readonly name: string;
  readonly units: number;
}

/** @param apply computes the layer without its bias, with g = `factor`, [units] */
function applyScaled<Y extends Tensor>(
  { parameters, name, units }: NormalizedLayer,
  { trainableScale, initialDeviation, pass }: WeightNormCall,
  apply: (factor: Tensor1D) => Y,
): Y {
  const scale = trainableScale
    ? parameters.getVariable<Tensor1D>(`${name}.scale`, [units], ones)
    : parameters.getBuffer(`${name}.scale`, [units], ones);
  const bias = parameters.getVariable<Tensor1D>(`${name}.bias`, [units], zeros);
  const made = apply(scale as Tensor1D);
  if (pass === 'running' || initialDeviation === undefined) return add(made, bias);
  const factor = standardize(made, initialDeviation);
  scale.assign(mul(scale, factor.scale));
  bias.assign(factor.shift);
  return add(mul(made, factor.scale), factor.shift);
}

/** The scale and the shift that give each unit mean 0 and the deviation. */
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
