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
import { normal, type Parameters } from '../layers/parameters.js';
import { type WeightNormPass, weightNormConvolution, weightNormDense } from '../layers/weight-norm.js';
import { minibatchDiscrimination } from '../techniques/minibatch-discrimination.js';
import { hiddenUnits, type ImprovedSettings } from './settings.js';

const LEAK = 0.2;
/** Deviation of the noise before each layer of MNIST's but the first. */
const HIDDEN_NOISE = 0.5;
/** Before the second and the third stage of CIFAR-10's. */
const HIDDEN_DROPOUT = 0.5;

export interface DiscriminatorRun {
  /** Noise and dropout come from it; without it there is none, as for test errors. */
  readonly draws?: Xoshiro;
  /** @default running */
  readonly pass?: WeightNormPass;
  /** Rows of each set that minibatch discrimination keeps apart, such as real and generated. @default one of all */
  readonly sets?: readonly number[];
}

export interface Judgement {
  /** f(x), the last hidden layer, [N, D]. */
  readonly features: Tensor2D;
  /** Of the K classes of real pictures, [N, K]. */
  readonly logits: Tensor2D;
}

interface Layers {
  readonly parameters: Parameters;
  readonly settings: ImprovedSettings;
  readonly pass: WeightNormPass;
  readonly draws?: Xoshiro;
}

/** D(x) by the name of the paper's network, weight-normalized throughout. x [N, size, size, channels] on the generator's scale. */
export function discriminator(
  parameters: Parameters,
  settings: ImprovedSettings,
  classes: number,
  x: Tensor4D,
  { draws, pass = 'running', sets = [x.shape[0]] }: DiscriminatorRun,
): Judgement {
  const layers: Layers = { parameters, settings, pass, draws };
  const { inputNoise, inputDropout, minibatchKernels: kernels, minibatchDimensions: dimensions } = settings;
  const input = drop(noisy(x, inputNoise, draws), inputDropout, draws);
  const features = hiddenLayers(layers, input);
  const joined =
    kernels === 0
      ? features
      : minibatchDiscrimination(parameters, 'minibatch', features, { kernels, dimensions }, sets, pass);
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

function lastLayer({ parameters, settings, pass, draws }: Layers, x: Tensor2D, classes: number): Tensor2D {
  const last =
    settings.network === 'mnist'
      ? { direction: normal(0.1), learnScale: true, firstDeviation: 1 }
      : { direction: normal(0.05), learnScale: true, firstDeviation: 0.1 };
  const input = settings.network === 'mnist' ? noisy(x, HIDDEN_NOISE, draws) : x;
  return weightNormDense(parameters, 'logits', input, classes, last, pass);
}

/** 1000-500-250-250-250, noise before each: permutation invariant. */
function mnist({ parameters, settings, pass, draws }: Layers, x: Tensor4D): Tensor2D {
  const norm = { direction: normal(0.1), learnScale: false, firstDeviation: 1 };
  let h: Tensor2D = reshape(x, [x.shape[0], -1]);
  for (const [i, units] of [1000, 500, 250, 250, 250].entries()) {
    const input = i === 0 ? h : noisy(h, HIDDEN_NOISE, draws);
    h = relu(weightNormDense(parameters, `hidden${i + 1}`, input, hiddenUnits(settings, units), norm, pass));
  }
  return h;
}

/** Two stages of three 3×3 layers, each ending with stride 2 and dropout; 3×3 unpadded, two 1×1; the mean over places. */
function cifar10(layers: Layers, x: Tensor4D, [narrow, wide]: readonly [number, number]): Tensor2D {
  let h = x;
  for (const [stage, filters] of [narrow, wide].entries()) {
    for (const [i, stride] of [1, 1, 2].entries()) {
      h = convolution(layers, `stage${stage + 1}.conv${i + 1}`, h, { kernel: 3, filters, stride });
    }
    h = drop(h, HIDDEN_DROPOUT, layers.draws);
  }
  h = convolution(layers, 'stage3.conv1', h, { kernel: 3, filters: wide, padding: 'valid' });
  for (const i of [2, 3]) h = convolution(layers, `stage3.conv${i}`, h, { kernel: 1, filters: wide });
  return mean(h, [1, 2]);
}

/** Seven 3×3 layers from 128·128 to 4·4·512 and 2560 units. The released code normalizes each half of the maps by one half of the batch. */
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
  const norm = { direction: normal(0.02), learnScale: false, firstDeviation: 1 };
  return leakyRelu(weightNormDense(parameters, 'dense', flat, hiddenUnits(settings, 2560), norm, pass), LEAK);
}

interface Convolution {
  readonly kernel: number;
  readonly filters: number;
  readonly stride?: number;
  readonly padding?: 'same' | 'valid';
}

function convolution(
  { parameters, settings, pass }: Layers,
  name: string,
  x: Tensor4D,
  form: Convolution,
): Tensor4D {
  const norm = { direction: normal(0.05), learnScale: false, firstDeviation: 1 };
  const scaled = { ...form, filters: hiddenUnits(settings, form.filters) };
  return leakyRelu(weightNormConvolution(parameters, name, x, scaled, norm, pass), LEAK);
}

function noisy<X extends Tensor>(x: X, deviation: number, draws: Xoshiro | undefined): X {
  return draws && deviation > 0 ? add<X>(x, randomNormal(x.shape, draws, 0, deviation)) : x;
}

function drop<X extends Tensor>(x: X, rate: number, draws: Xoshiro | undefined): X {
  return draws && rate > 0 ? dropout(x, rate, draws) : x;
}
