import {
  add,
  leakyRelu,
  mean,
  relu,
  reshape,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { dropout, randomNormal } from '../../tfjs-backend/random-tensors.js';
import type { Xoshiro } from '../../tfjs-backend/xoshiro.js';
import type { ConvolutionSize } from '../layers/layers.js';
import { normal, type Parameters } from '../layers/parameters.js';
import { type WeightNormPass, weightNormConvolution, weightNormDense } from '../layers/weight-norm.js';
import { minibatchDiscrimination } from '../techniques/minibatch-discrimination.js';
import { hiddenUnits, type ImprovedSettings } from './settings.js';

const LEAK = 0.2;
/** Standard deviation of the noise before each layer of the mnist network but the first. */
const HIDDEN_NOISE = 0.5;
/** Dropout rate before the second and the third stage of the cifar10 network. */
const HIDDEN_DROPOUT = 0.5;

/** How the discriminator is called. */
export interface DiscriminatorCall {
  /** Draws noise and dropout. @default no noise and no dropout, as for test errors */
  readonly rng?: Xoshiro;
  /** @default running */
  readonly pass?: WeightNormPass;
  /** Rows of each batch that minibatch discrimination keeps apart, such as real and generated. @default all rows are one batch */
  readonly sets?: readonly number[];
}

/** What the discriminator computes for N pictures. */
export interface DiscriminatorOutput {
  /** f(x), the last hidden layer, [N, D]. */
  readonly features: Tensor2D;
  /** Logits of the K classes of real pictures, [N, K]. */
  readonly logits: Tensor2D;
}

interface Layers {
  readonly parameters: Parameters;
  readonly settings: ImprovedSettings;
  readonly pass: WeightNormPass;
  readonly rng?: Xoshiro;
}

/** A discriminator of one of the paper's experiments. */
export interface DiscriminatorPlan {
  readonly settings: ImprovedSettings;
  /** K, classes of real pictures. */
  readonly classes: number;
}

/** D(x), weight-normalized throughout. x [N, size, size, channels] on the generator's scale. */
export function discriminator(
  parameters: Parameters,
  { settings, classes }: DiscriminatorPlan,
  x: Tensor4D,
  { rng, pass = 'running', sets = [x.shape[0]] }: DiscriminatorCall,
): DiscriminatorOutput {
  const layers: Layers = { parameters, settings, pass, rng };
  const { inputNoise, inputDropout, minibatchKernels: kernels, minibatchDimensions: dimensions } = settings;
  const input = drop(noisy(x, inputNoise, rng), inputDropout, rng);
  const features = hiddenLayers(layers, input);
  const joined =
    kernels === 0
      ? features
      : minibatchDiscrimination(parameters, 'minibatch', features, { kernels, dimensions, sets, pass });
  return { features, logits: lastLayer(layers, joined, classes) };
}

function hiddenLayers(layers: Layers, x: Tensor4D): Tensor2D {
  switch (layers.settings.network) {
    case 'mnist':
      return mnist(layers, x);
    case 'cifar10':
      return cifar10(layers, x, [96, 192]);
    case 'svhn':
      return cifar10(layers, x, [64, 128]);
    case 'imagenet128':
      return imagenet128(layers, x);
  }
}

function lastLayer({ parameters, settings, pass, rng }: Layers, x: Tensor2D, classes: number): Tensor2D {
  const last =
    settings.network === 'mnist'
      ? { direction: normal(0.1), trainableScale: true, initialDeviation: 1 }
      : { direction: normal(0.05), trainableScale: true, initialDeviation: 0.1 };
  const input = settings.network === 'mnist' ? noisy(x, HIDDEN_NOISE, rng) : x;
  return weightNormDense(parameters, 'logits', input, { units: classes, ...last, pass });
}

/** Dense layers of 1000-500-250-250-250 units with noise before each: permutation invariant. */
function mnist({ parameters, settings, pass, rng }: Layers, x: Tensor4D): Tensor2D {
  const init = { direction: normal(0.1), trainableScale: false, initialDeviation: 1 };
  let h: Tensor2D = reshape(x, [x.shape[0], -1]);
  for (const [i, width] of [1000, 500, 250, 250, 250].entries()) {
    const input = i === 0 ? h : noisy(h, HIDDEN_NOISE, rng);
    const units = hiddenUnits(settings, width);
    h = relu(weightNormDense(parameters, `hidden${i + 1}`, input, { units, ...init, pass }));
  }
  return h;
}

/** Two stages of three 3×3 convolutions, the last of stride 2, then dropout; an unpadded 3×3 and two 1×1; the mean over places. */
function cifar10(layers: Layers, x: Tensor4D, [narrow, wide]: readonly [number, number]): Tensor2D {
  let h = x;
  for (const [stage, filters] of [narrow, wide].entries()) {
    for (const [i, stride] of [1, 1, 2].entries()) {
      h = convolution(layers, `stage${stage + 1}.conv${i + 1}`, h, { kernel: 3, filters, stride });
    }
    h = drop(h, HIDDEN_DROPOUT, layers.rng);
  }
  h = convolution(layers, 'stage3.conv1', h, { kernel: 3, filters: wide, padding: 'valid' });
  for (const i of [2, 3]) h = convolution(layers, `stage3.conv${i}`, h, { kernel: 1, filters: wide });
  return mean(h, [1, 2]);
}

/** Seven 3×3 convolutions from 128·128 to 4·4·512, and 2560 units. (The released code normalizes each half of the maps by one half of the batch.) */
function imagenet128(layers: Layers, x: Tensor4D): Tensor2D {
  const { parameters, settings, pass } = layers;
  const plan = [
    [64, 2],
    [128, 2],
    [256, 2],
    [256, 1],
    [256, 1],
    [512, 2],
    [512, 2],
  ];
  const h = plan.reduce(
    (each, [filters, stride], i) => convolution(layers, `conv${i + 1}`, each, { kernel: 3, filters, stride }),
    x,
  );
  const flat: Tensor2D = reshape(h, [h.shape[0], -1]);
  const init = { direction: normal(0.02), trainableScale: false, initialDeviation: 1 };
  const units = hiddenUnits(settings, 2560);
  return leakyRelu(weightNormDense(parameters, 'dense', flat, { units, ...init, pass }), LEAK);
}

function convolution(
  { parameters, settings, pass }: Layers,
  name: string,
  x: Tensor4D,
  size: ConvolutionSize,
): Tensor4D {
  const init = { direction: normal(0.05), trainableScale: false, initialDeviation: 1 };
  const filters = hiddenUnits(settings, size.filters);
  return leakyRelu(weightNormConvolution(parameters, name, x, { ...size, filters, ...init, pass }), LEAK);
}

function noisy<X extends Tensor>(x: X, deviation: number, rng: Xoshiro | undefined): X {
  return rng && deviation > 0 ? add<X>(x, randomNormal(x.shape, rng, 0, deviation)) : x;
}

function drop<X extends Tensor>(x: X, rate: number, rng: Xoshiro | undefined): X {
  return rng && rate > 0 ? dropout(x, rate, rng) : x;
}
