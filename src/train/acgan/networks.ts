import {
  leakyRelu,
  type Rank,
  relu,
  reshape,
  slice,
  squeeze,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tanh,
} from '@tensorflow/tfjs-core';
import { UsageError } from '../../core/errors.js';
import type { PictureForm } from '../adversarial/trainer.js';
import { batchNorm, convolution, dense, type Mode, transposedConvolution } from '../layers/layers.js';
import { normal, type Parameters } from '../layers/parameters.js';
import type { AcganSettings } from './settings.js';

/** Shapes of both networks (Odena et al. 2017, appendix A). */
export interface AcganForm {
  /** Side of the pictures, and how many channels and classes they have. */
  readonly size: number;
  readonly channels: number;
  readonly classes: number;
  /** Output of the generator's linear layer: so many maps of this side. */
  readonly first: { readonly side: number; readonly maps: number };
  /** Maps of the generator's hidden transposed convolutions; each doubles the side, and so does the last, which makes the picture. */
  readonly rising: readonly number[];
  /** Layers of the discriminator. */
  readonly falling: readonly { readonly filters: number; readonly stride: number }[];
}

/** Outputs of the linear layer, and the maps of the layers after it: for CIFAR-10, and for ImageNet. */
const SMALL = { linear: 384, rising: [192, 96] };
const LARGE = { linear: 768, rising: [384, 256, 192] };
/** Pictures of this side or more get the networks for ImageNet. */
const LARGE_SIDE = 64;

const FALLING = [
  { filters: 16, stride: 2 },
  { filters: 32, stride: 1 },
  { filters: 64, stride: 2 },
  { filters: 128, stride: 1 },
  { filters: 256, stride: 2 },
  { filters: 512, stride: 1 },
];

/**
 * The networks for pictures of a form.
 *
 * @throws {UsageError} if the paper has none for them
 */
export function chooseForm({ width }: Pick<AcganSettings, 'width'>, pictures: PictureForm): AcganForm {
  const { size, channels, classNames, isOneChosen = false } = pictures;
  if (classNames.length < 2 && !isOneChosen) {
    throw new UsageError(
      `AC-GAN learns classes and the pictures have ${classNames.length === 1 ? 'one' : 'none'}: give a folder of class folders.`,
    );
  }
  const { linear, rising } = size < LARGE_SIDE ? SMALL : LARGE;
  const growth = 2 ** (rising.length + 1);
  if (size < growth || size % growth !== 0) {
    throw new UsageError(
      `AC-GAN has no generator for pictures of ${size}×${size}: give a size that ${growth} divides.`,
    );
  }
  const scaled = (maps: number) => Math.max(1, Math.round(maps * width));
  const side = size / growth;
  return {
    size,
    channels,
    classes: classNames.length,
    first: { side, maps: scaled(linear / side ** 2) },
    rising: rising.map(scaled),
    falling: FALLING.map(({ filters, stride }) => ({ filters: scaled(filters), stride })),
  };
}

const init = { weight: normal(0.02) };
/** For layers before a batch normalization, which would remove a bias. */
const initWithoutBias = { ...init, bias: 'none' } as const;

/**
 * G(c, z). Batch norm and ReLU follow each hidden layer but the first, which has ReLU alone.
 *
 * @param input [N, latentWidth + classes]: z, and the class as one-hot
 * @returns [N, size, size, channels] in (−1, 1)
 */
export function generator(parameters: Parameters, form: AcganForm, input: Tensor2D, mode: Mode): Tensor4D {
  const { first, rising, channels } = form;
  const linear = relu(dense(parameters, 'linear', input, { units: first.maps * first.side ** 2, ...init }));
  let x = reshape<Rank.R4>(linear, [-1, first.side, first.side, first.maps]);
  for (const [i, filters] of rising.entries()) {
    const name = `up${i + 1}`;
    x = transposedConvolution(parameters, name, x, { kernel: 5, filters, stride: 2, ...initWithoutBias });
    x = relu(batchNorm(parameters, `${name}.norm`, x, { mode }));
  }
  return tanh(
    transposedConvolution(parameters, 'picture', x, { kernel: 5, filters: channels, stride: 2, ...init }),
  );
}

/** What the discriminator computes for N pictures. */
export interface DiscriminatorOutput {
  /** Logits of P(real), [N]; positive for real. */
  readonly source: Tensor1D;
  /** Logits of P(class), [N, classes]. */
  readonly classes: Tensor2D;
}

/** How the discriminator is called. */
export interface DiscriminatorCall {
  readonly mode: Mode;
  /** Dropout and noise on the activations of a layer. @default none */
  readonly noise?: (activations: Tensor4D, layer: number) => Tensor4D;
}

/**
 * D: P(source) and P(class) of pictures.
 *
 * @param x [N, size, size, channels] in [−1, 1]
 */
export function discriminator(
  parameters: Parameters,
  form: AcganForm,
  x: Tensor4D,
  { mode, noise = (activations) => activations }: DiscriminatorCall,
): DiscriminatorOutput {
  for (const [i, { filters, stride }] of form.falling.entries()) {
    const name = `down${i + 1}`;
    const isNormalized = i > 0;
    const size = { kernel: 3, filters, stride };
    x = convolution(parameters, name, x, { ...size, ...(isNormalized ? initWithoutBias : init) });
    if (isNormalized) x = batchNorm(parameters, `${name}.norm`, x, { mode });
    x = noise(leakyRelu(x, 0.2), i);
  }
  const features = reshape<Rank.R2>(x, [x.shape[0], -1]);
  const logits = dense(parameters, 'verdict', features, { units: 1 + form.classes, ...init });
  return {
    source: squeeze(slice(logits, [0, 0], [-1, 1]), [1]),
    classes: slice(logits, [0, 1], [-1, form.classes]),
  };
}
