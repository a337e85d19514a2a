import {
  add,
  concat,
  conv2dTranspose,
  maxPool,
  mul,
  ones,
  pad,
  relu,
  reshape,
  sigmoid,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  type Variable,
} from '@tensorflow/tfjs-core';
import { UsageError } from '../../core/errors.js';
import type { PictureForm } from '../adversarial/trainer.js';
import { dense } from '../layers/layers.js';
import { maxout, maxoutConvolution } from '../layers/maxout.js';
import { ones as initialOnes, type Parameters, uniform, zeros } from '../layers/parameters.js';
import type { GanSettings } from './settings.js';

/** Everything that decides the form of both networks. */
export interface NetworkPlan {
  readonly settings: GanSettings;
  readonly form: PictureForm;
}

/** Dropout that keeps this share of a layer's outputs. */
export type Drop = <T extends Tensor>(layer: string, x: T, share: number) => T;
export const keepAll: Drop = (_layer, x) => x;

const G_WEIGHTS = uniform(0.05);
const D_WEIGHTS = uniform(0.005);

/** Kernel and stride of G's transposed convolution. */
const UNFOLD = { kernel: 5, stride: 3 } as const;
/** Channels before G's transposed convolution. */
const UNFOLD_CHANNELS = 80;

/** The three maxout convolutions of D, each with a max pooling after it. */
const CONVOLUTIONS = [
  { filters: 32, kernel: 8, padding: 4, window: 4 },
  { filters: 32, kernel: 8, padding: 3, window: 4 },
  { filters: 192, kernel: 5, padding: 3, window: 2 },
] as const;
const CONVOLUTION_PIECES = 2;
const POOL_STRIDE = 2;
/** Padding of max pooling, below all activations. */
const LOWEST = -1e30;
/** Smaller pictures leave the third pooling without a window. */
const MIN_SIDE = 11;

/**
 * Checks that the settings fit the pictures.
 *
 * @throws {UsageError} if the paper has no such networks for them
 */
export function validateSettings({ settings, form }: NetworkPlan): void {
  const { networks, conditional } = settings;
  if (conditional && form.classNames.length < 2) {
    throw new UsageError('A conditional network needs labeled pictures of two classes or more.');
  }
  if (networks === 'convolutional' && (form.size < MIN_SIDE || form.size % UNFOLD.stride !== 2)) {
    throw new UsageError(
      `The convolutional networks make pictures whose side is 2 more than a multiple of 3, from ${MIN_SIDE} on, such as 32, not ${form.size}: use --networks dense.`,
    );
  }
}

const scaled = (units: number, { width }: GanSettings) => Math.max(1, Math.round(units * width));

/**
 * G: from latents to pictures as D sees them. z [N, latentWidth], classes [N, K] one-hot → [N, size, size, channels], over [0, 1]
 * or, for normalized contrast, unbounded.
 */
export function generate(
  { settings, form: { size, channels } }: NetworkPlan,
  parameters: Parameters,
  z: Tensor2D,
  classes?: Tensor2D,
): Tensor4D {
  const units = scaled(settings.generatorUnits, settings);
  const init = { weight: G_WEIGHTS };
  const input = classes ? concat([z, classes], 1) : z;
  const first = relu(dense(parameters, 'h0', input, { units, ...init }));

  const secondActivation = settings.secondLayer === 'relu' ? relu : sigmoid;
  const bias = { kind: 'constant', value: settings.secondBias } as const;
  const second = (secondUnits: number) =>
    secondActivation(dense(parameters, 'h1', first, { units: secondUnits, ...init, bias }));
  const lastWeight = uniform(settings.outputBound);

  const made =
    settings.networks === 'dense'
      ? dense(parameters, 'y', second(units), { units: size * size * channels, weight: lastWeight })
      : unfold(parameters, second, { size, channels }, settings);
  const pictures = reshape(made, [z.shape[0], size, size, channels]) as Tensor4D;
  return settings.pixels === 'unit' ? sigmoid(pictures) : pictures;
}

/** The second hidden layer as a small picture of many channels, and a transposed convolution with a bias for each pixel. */
function unfold(
  parameters: Parameters,
  second: (units: number) => Tensor2D,
  { size, channels }: Pick<PictureForm, 'size' | 'channels'>,
  settings: GanSettings,
): Tensor4D {
  const side = (size - UNFOLD.kernel) / UNFOLD.stride + 1;
  const deep = scaled(UNFOLD_CHANNELS, settings);
  const hidden = second(side * side * deep);
  const count = hidden.shape[0];
  const filter = parameters.getVariable<Tensor4D>(
    'y.weight',
    [UNFOLD.kernel, UNFOLD.kernel, channels, deep],
    uniform(settings.outputBound),
  );
  const folded = reshape(hidden, [count, side, side, deep]) as Tensor4D;
  const made = conv2dTranspose(folded, filter, [count, size, size, channels], UNFOLD.stride, 'valid');
  return add(made, parameters.getVariable('y.bias', [size, size, channels], zeros));
}

/** Brings samples of normalized contrast back to pixels: buffers of G. Undefined where samples are pixels already. */
export function toneOf(
  { settings }: NetworkPlan,
  parameters: Parameters,
): Record<'brightness' | 'contrast', Variable> | undefined {
  if (settings.pixels === 'unit') return undefined;
  return {
    brightness: parameters.getBuffer('brightness', [1], zeros),
    contrast: parameters.getBuffer('contrast', [1], initialOnes),
  };
}

/** How D is called. */
export interface DiscriminatorCall {
  readonly drop: Drop;
  /** One-hot classes [N, K], where the networks are conditional. */
  readonly classes?: Tensor2D;
}

/** D before its sigmoid. x [N, size, size, channels] as G makes it → logits [N, 1]. */
export function discriminate(
  { settings, form }: NetworkPlan,
  parameters: Parameters,
  x: Tensor4D,
  { drop, classes }: DiscriminatorCall,
): Tensor2D {
  const units = scaled(settings.discriminatorUnits, settings);
  const { pieces, keepInput, keepHidden } = settings;
  const hidden = { units, pieces, weight: D_WEIGHTS };
  const input = drop('x', x, keepInput);
  const first =
    settings.networks === 'dense'
      ? drop('h0', maxout(parameters, 'h0', flatWith(input, classes), hidden), keepHidden)
      : convolve(parameters, settings, withPlanes(input, form, classes), drop);
  const second = drop('h1', maxout(parameters, 'h1', first, hidden), keepHidden);
  return dense(parameters, 'y', second, { units: 1, weight: D_WEIGHTS });
}

/** Three maxout convolutions. [N, H, W, C] → [N, …], flat. */
function convolve(parameters: Parameters, settings: GanSettings, x: Tensor4D, drop: Drop): Tensor2D {
  let maps = x;
  for (const [i, { filters, kernel, padding, window }] of CONVOLUTIONS.entries()) {
    const padded = pad(maps, [
      [0, 0],
      [padding, padding],
      [padding, padding],
      [0, 0],
    ]) as Tensor4D;
    const made = maxoutConvolution(parameters, `c${i}`, padded, {
      kernel,
      filters: scaled(filters, settings),
      padding: 'valid',
      pieces: CONVOLUTION_PIECES,
      weight: D_WEIGHTS,
    });
    maps = drop(`c${i}`, poolToTheEdge(made, window), settings.keepHidden);
  }
  return flatWith(maps);
}

/**
 * Max pooling as cuda-convnet has it: the last windows may reach over the edge, so that no pixel is left out. (tfjs can round up
 * too, but its gradient then doesn't.)
 */
function poolToTheEdge(x: Tensor4D, window: number): Tensor4D {
  const [, height, width] = x.shape;
  const over = (side: number) => Math.ceil((side - window) / POOL_STRIDE) * POOL_STRIDE + window - side;
  const edges: [number, number][] = [
    [0, 0],
    [0, over(height)],
    [0, over(width)],
    [0, 0],
  ];
  return maxPool(pad(x, edges, LOWEST), window, POOL_STRIDE, 'valid');
}

function flatWith(x: Tensor4D, classes?: Tensor2D): Tensor2D {
  const flat = reshape(x, [x.shape[0], x.size / x.shape[0]]) as Tensor2D;
  return classes ? concat([flat, classes], 1) : flat;
}

/** Classes as channels that are 1 or 0 everywhere. */
function withPlanes(x: Tensor4D, { size }: PictureForm, classes?: Tensor2D): Tensor4D {
  if (!classes) return x;
  const [count, width] = classes.shape;
  const planes = mul(reshape(classes, [count, 1, 1, width]), ones([1, size, size, 1]));
  return concat([x, planes as Tensor4D], 3);
}
