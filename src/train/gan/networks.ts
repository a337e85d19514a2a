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
  sub,
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
  const { networks, conditional, inpaint, mask, pixels } = settings;
  if (mask !== undefined && !inpaint) {
    throw new UsageError('--mask says which part of a picture is predicted: give --inpaint too.');
  }
  if (inpaint && pixels !== 'unit') {
    throw new UsageError(
      'A network that completes pictures needs --pixels unit: the contrast of a whole picture would tell of the part that is not known.',
    );
  }
  if (inpaint && form.size < 2) {
    throw new UsageError(
      'A picture of one pixel has no part that could be predicted from the rest: use larger pictures.',
    );
  }
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

/** The known part of pictures, from which the networks of `inpaint` see the rest. */
export interface KnownPart {
  /** [N, size, size, channels], 0 where a pixel is not known. */
  readonly x: Tensor4D;
  /** [N, size, size, 1], 1 where it is known. */
  readonly mask: Tensor4D;
}

/** What G is given. */
export interface GeneratorInput {
  /** [N, latentWidth] */
  readonly z: Tensor2D;
  /** [N, K], one-hot, where the networks are conditional. */
  readonly classes?: Tensor2D;
  /** Where it completes pictures. */
  readonly known?: KnownPart;
}

/**
 * G: from latents to pictures as D sees them, [N, size, size, channels], over [0, 1] or, for normalized contrast, unbounded. Known
 * pixels are kept in them.
 */
export function generate(
  { settings, form: { size, channels } }: NetworkPlan,
  parameters: Parameters,
  { z, classes, known }: GeneratorInput,
): Tensor4D {
  const units = scaled(settings.generatorUnits, settings);
  const init = { weight: G_WEIGHTS };
  const parts = [
    z,
    ...(classes ? [classes] : []),
    ...(known ? [flatWith(known.x), flatWith(known.mask)] : []),
  ];
  const input = parts.length > 1 ? concat(parts, 1) : z;
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
  if (settings.pixels !== 'unit') return pictures;
  return known ? complete(sigmoid(pictures), known) : sigmoid(pictures);
}

/** Pictures with their known pixels as they are. */
function complete(made: Tensor4D, { x, mask }: KnownPart): Tensor4D {
  return add(x, mul(made, sub(1, mask)));
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
  /** [N, size, size, 1], 1 where a pixel is known, where pictures are completed. */
  readonly mask?: Tensor4D;
}

/** D before its sigmoid. x [N, size, size, channels] as G makes it → logits [N, 1]. */
export function discriminate(
  plan: NetworkPlan,
  parameters: Parameters,
  x: Tensor4D,
  call: DiscriminatorCall,
): Tensor2D {
  return dense(parameters, 'y', hiddenUnits(plan, parameters, x, call), { units: 1, weight: D_WEIGHTS });
}

/** D before its last layer: the units of its second hidden layer, [N, units]. */
export function hiddenUnits(
  { settings, form }: NetworkPlan,
  parameters: Parameters,
  x: Tensor4D,
  { drop, classes, mask }: DiscriminatorCall,
): Tensor2D {
  const units = scaled(settings.discriminatorUnits, settings);
  const { pieces, keepInput, keepHidden } = settings;
  const hidden = { units, pieces, weight: D_WEIGHTS };
  const input = drop('x', x, keepInput);
  const first =
    settings.networks === 'dense'
      ? drop('h0', maxout(parameters, 'h0', flatWith(input, classes, mask), hidden), keepHidden)
      : convolve(parameters, settings, withPlanes(input, form, classes, mask), drop);
  return drop('h1', maxout(parameters, 'h1', first, hidden), keepHidden);
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

function flatWith(x: Tensor4D, classes?: Tensor2D, mask?: Tensor4D): Tensor2D {
  const flat = reshape(x, [x.shape[0], x.size / x.shape[0]]) as Tensor2D;
  const parts = [flat, ...(classes ? [classes] : []), ...(mask ? [flatWith(mask)] : [])];
  return parts.length > 1 ? concat(parts, 1) : flat;
}

/** Classes as channels that are 1 or 0 everywhere, and the mask as one. */
function withPlanes(x: Tensor4D, { size }: PictureForm, classes?: Tensor2D, mask?: Tensor4D): Tensor4D {
  const planes =
    classes &&
    mul(reshape(classes, [...classes.shape.slice(0, 1), 1, 1, classes.shape[1]]), ones([1, size, size, 1]));
  const parts = [x, ...(planes ? [planes as Tensor4D] : []), ...(mask ? [mask] : [])];
  return parts.length > 1 ? concat(parts, 3) : x;
}
