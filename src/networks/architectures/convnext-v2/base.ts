import { NORMALIZATIONS } from '../../preprocessing/normalizations.js';
import { TOOL_FEEDINGS } from '../../preprocessing/tool-feedings.js';
import { type Architecture, findShapeMismatch } from '../architecture.js';
import { buildConvNextV2, type ConvNextSizes } from './build.js';

const BASE: ConvNextSizes = { depths: [3, 3, 27, 3], channels: [128, 256, 512, 1024], size: 224 };

const WIDTH = BASE.channels[BASE.channels.length - 1];
const LAST_NORM = 'head.norm.weight';

/** Shapes that tell it from other sizes, and from the first ConvNeXt, which has no response normalization. */
const SHAPES: readonly (readonly [name: string, shape: readonly number[]])[] = [
  ['stem.0.weight', [BASE.channels[0], 3, 4, 4]],
  ['stages.0.blocks.0.mlp.grn.weight', [4 * BASE.channels[0]]],
  ['stages.2.blocks.26.mlp.grn.weight', [4 * BASE.channels[2]]],
  [LAST_NORM, [WIDTH]],
];

/** ConvNeXt V2-B, in timm's names. It is fed whole pictures; timm's evaluation of classes cuts out their middle. */
export const convNextV2Base: Architecture = {
  name: 'convnext-v2-b',
  description: 'ConvNeXt V2-B (Woo et al. 2023), the means of its last maps after the last layer norm',
  lastLayer: LAST_NORM,
  findMismatch: (shapes) => findShapeMismatch(shapes, SHAPES),
  // The classifier alone.
  isForTraining: (tensor) => tensor.startsWith('head.fc.'),
  build: (tensors, what) => buildConvNextV2(tensors, what, BASE),
  describe: async () => ({
    input: {
      name: 'image',
      layout: 'NCHW',
      size: BASE.size,
      resize: 'pil-bicubic',
      normalize: NORMALIZATIONS.imagenet,
      profiles: TOOL_FEEDINGS.convNextV2,
    },
    outputs: { features: { name: 'features', width: WIDTH } },
  }),
};
