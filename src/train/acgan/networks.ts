import {
  add,
  concat,
  div,
  leakyRelu,
  mul,
  type Rank,
  relu,
  reshape,
  slice,
  squeeze,
  sum,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tanh,
} from '@tensorflow/tfjs-core';
import { UsageError } from '../../core/errors.js';
import type { PictureForm } from '../adversarial/trainer.js';
import { type ConditionForm, widthOf } from '../conditions/condition-form.js';
import { batchNorm, convolution, dense, type Mode, transposedConvolution } from '../layers/layers.js';
import { normal, type Parameters } from '../layers/parameters.js';
import type { AcganSettings } from './settings.js';

/** Shapes of both networks (Odena et al. 2017, appendix A). */
export interface AcganForm {
  /** Side of the pictures, and how many channels and classes they have; no classes where conditions take their place. */
  readonly size: number;
  readonly channels: number;
  readonly classes: number;
  /** Conditions beside classes. @default none */
  readonly conditions?: ConditionForm;
  /** Features of a pretrained network that the discriminator is given beside pictures. @default none */
  readonly features?: number;
  /** Output of the generator's linear layer: so many maps of this side. */
  readonly first: { readonly side: number; readonly maps: number };
  /** Maps of the generator's hidden transposed convolutions; each doubles the side, and so does the last, which makes the picture. */
  readonly rising: readonly number[];
  /** Side of their filters. */
  readonly kernel: number;
  /** Layers of the discriminator. */
  readonly falling: readonly { readonly filters: number; readonly stride: number }[];
}

/** The paper's number for the linear layer, and the maps of the layers after it: for CIFAR-10, and for ImageNet. */
const SMALL = { linear: 384, rising: [192, 96] };
const LARGE = { linear: 768, rising: [384, 256, 192] };
/** Pictures of this side or more get the networks for ImageNet. */
const LARGE_SIDE = 64;

/**
 * Maps of D's first layer, which no width narrows, and below which no later layer goes. A stride of 2 makes one place of four pixels, 12
 * numbers in color: fewer maps are blind to a part of them, and G fills that part with a grid.
 */
const FEWEST_MAPS = 16;

/** Side of the filters of G's transposed convolutions. */
const PUBLISHED_KERNEL = 5;

const FALLING = [
  { filters: FEWEST_MAPS, stride: 2 },
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
export function chooseForm(
  { width, linearCounts, generatorKernel }: Pick<AcganSettings, 'width' | 'linearCounts' | 'generatorKernel'>,
  pictures: PictureForm,
): AcganForm {
  const { size, channels, classNames, conditions, features, isOneChosen = false } = pictures;
  if (classNames.length < 2 && !isOneChosen && !conditions) {
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
    // A single class that nobody chose tells nothing.
    classes: classNames.length < 2 && !isOneChosen ? 0 : classNames.length,
    ...(conditions && { conditions }),
    ...(features && { features: features.width }),
    first: { side, maps: scaled(linearCounts === 'maps' ? linear : linear / side ** 2) },
    rising: rising.map(scaled),
    kernel: generatorKernel ?? PUBLISHED_KERNEL,
    falling: FALLING.map(({ filters, stride }) => ({
      filters: Math.max(FEWEST_MAPS, scaled(filters)),
      stride,
    })),
  };
}

const init = { weight: normal(0.02) };
/** For layers before a batch normalization, which would remove a bias. */
const initWithoutBias = { ...init, bias: 'none' } as const;

/**
 * G(c, z), where c may be conditions. Batch norm and ReLU follow each hidden layer but the first, which has ReLU alone.
 *
 * Each transposed convolution gets the masks of boxes beside its maps, at the resolution that it starts from.
 *
 * @param input [N, latentWidth + classes + width of the conditions]: z, the class as one-hot, and the conditions
 * @returns [N, size, size, channels] in (−1, 1)
 */
export function generator(
  parameters: Parameters,
  form: AcganForm,
  input: Tensor2D,
  { mode, masks }: GeneratorCall,
): Tensor4D {
  const withMask = (maps: Tensor4D) => (masks ? concat([maps, masks(maps.shape[1])], 3) : maps);
  const { first, rising, kernel, channels } = form;
  const linear = relu(dense(parameters, 'linear', input, { units: first.maps * first.side ** 2, ...init }));
  let x = reshape<Rank.R4>(linear, [-1, first.side, first.side, first.maps]);
  for (const [i, filters] of rising.entries()) {
    const name = `up${i + 1}`;
    x = transposedConvolution(parameters, name, withMask(x), {
      kernel,
      filters,
      stride: 2,
      ...initWithoutBias,
    });
    x = relu(batchNorm(parameters, `${name}.norm`, x, { mode }));
  }
  return tanh(
    transposedConvolution(parameters, 'picture', withMask(x), {
      kernel,
      filters: channels,
      stride: 2,
      ...init,
    }),
  );
}

/** How the generator is called. */
export interface GeneratorCall {
  readonly mode: Mode;
  /** Masks of boxes on a grid of a side, [N, side, side, 1] in [0, 1], where the form has boxes. */
  readonly masks?: (side: number) => Tensor4D;
}

/** What the discriminator computes for N pictures. */
export interface DiscriminatorOutput {
  /** Logits of P(real), [N]; positive for real. */
  readonly source: Tensor1D;
  /** Logits of P(class), [N, classes]. */
  readonly classes: Tensor2D;
  /** What it sees of the conditions, [N, width], where there are any: logits of having each attribute. */
  readonly conditions?: Tensor2D;
}

/** How the discriminator is called. */
export interface DiscriminatorCall {
  readonly mode: Mode;
  /** Dropout and noise on the activations of a layer. @default none */
  readonly noise?: (activations: Tensor4D, layer: number) => Tensor4D;
  /** Masks of boxes on a grid of a side, [N, side, side, 1], for the source alone. @default none */
  readonly masks?: (side: number) => Tensor4D;
  /** Features of the pictures by a pretrained network, [N, width], where the form has them; they are joined to D's own last ones. */
  readonly features?: Tensor2D;
}

/**
 * D: P(source) and P(class) of pictures. Where boxes are known, the source sees the mean of the last features in the box, too; the head
 * that must find the box does not, since it could copy it.
 *
 * @param x [N, size, size, channels] in [−1, 1]
 */
export function discriminator(
  parameters: Parameters,
  form: AcganForm,
  x: Tensor4D,
  { mode, noise = (activations) => activations, masks, features }: DiscriminatorCall,
): DiscriminatorOutput {
  for (const [i, { filters, stride }] of form.falling.entries()) {
    const name = `down${i + 1}`;
    const isNormalized = i > 0;
    const size = { kernel: 3, filters, stride };
    x = convolution(parameters, name, x, { ...size, ...(isNormalized ? initWithoutBias : init) });
    if (isNormalized) x = batchNorm(parameters, `${name}.norm`, x, { mode });
    x = noise(leakyRelu(x, 0.2), i);
  }
  const own = reshape<Rank.R2>(x, [x.shape[0], -1]);
  const last = features ? concat([own, features], 1) : own;
  const width = form.conditions ? widthOf(form.conditions) : 0;
  const logits = dense(parameters, 'verdict', last, { units: 1 + form.classes + width, ...init });
  const source = squeeze<Tensor1D>(slice(logits, [0, 0], [-1, 1]), [1]);
  return {
    source: masks ? add(source, boxVerdict(parameters, x, masks(x.shape[1]))) : source,
    classes: slice(logits, [0, 1], [-1, form.classes]),
    ...(width > 0 && { conditions: slice(logits, [0, 1 + form.classes], [-1, width]) }),
  };
}

/** Far below the mask of the smallest box. */
const EPSILON = 1e-6;

/** What the features in the box say of the source, [N]. */
function boxVerdict(parameters: Parameters, features: Tensor4D, mask: Tensor4D): Tensor1D {
  const area = add(sum(mask, [1, 2]), EPSILON);
  const inBox = div<Tensor2D>(sum(mul(features, mask), [1, 2]), area);
  return squeeze(dense(parameters, 'verdict.box', inBox, { units: 1, ...initWithoutBias }), [1]);
}
