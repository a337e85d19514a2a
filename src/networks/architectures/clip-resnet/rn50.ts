import { NORMALIZATIONS } from '../../preprocessing/normalizations.js';
import { type Architecture, findShapeMismatch } from '../architecture.js';
import { buildClipResNet, type ClipResNetSizes } from './build.js';

const RN50: ClipResNetSizes = { width: 64, blocks: [3, 4, 6, 3], size: 224, features: 1024 };

const FIRST_LAYER = 'visual.conv1.weight';
const LAST_LAYER = 'visual.attnpool.c_proj.weight';

/** Shapes that tell it from CLIP's other ResNets, which have more blocks or are wider. */
const SHAPES: readonly (readonly [name: string, shape: readonly number[]])[] = [
  [FIRST_LAYER, [RN50.width / 2, 3, 3, 3]],
  ['visual.attnpool.positional_embedding', [(RN50.size / 32) ** 2 + 1, RN50.width * 32]],
  [LAST_LAYER, [RN50.features, RN50.width * 32]],
];

/** The first block of the third stage that it has not. */
const BLOCK_TOO_MANY = `visual.layer3.${RN50.blocks[2]}.conv1.weight`;

/** CLIP's RN50, as torch-fidelity takes features of it. */
export const clipRn50: Architecture = {
  name: 'clip-rn50',
  description: "CLIP's ResNet-50 (Radford et al. 2021), image features before their normalization",
  lastLayer: LAST_LAYER,
  findMismatch(shapes) {
    const mismatch = findShapeMismatch(shapes, SHAPES);
    if (mismatch !== undefined) return mismatch;
    return shapes.has(BLOCK_TOO_MANY) ? `it has ${BLOCK_TOO_MANY}, which RN50 has not` : undefined;
  },
  // All of the text tower stands outside `visual.`.
  isForTraining: (tensor) => !tensor.startsWith('visual.') || tensor.endsWith('.num_batches_tracked'),
  build: (tensors, what) => buildClipResNet(tensors, what, RN50),
  describe: async () => ({
    input: {
      name: 'image',
      layout: 'NCHW',
      size: RN50.size,
      resize: 'tf1-bilinear',
      normalize: NORMALIZATIONS.clip,
    },
    outputs: { features: { name: 'features', width: RN50.features } },
  }),
};
