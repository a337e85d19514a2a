import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { NORMALIZATIONS } from '../../preprocessing/normalizations.js';
import type { Architecture } from '../architecture.js';
import { buildInceptionV3 } from './build.js';
import { DESCRIPTION, FEATURES, findClassMismatch, INPUT, isForTraining, LAST_LAYER } from './facts.js';

const CLASSES = 1000;

/** Synset ids and names of ImageNet's classes, in the order of torchvision's columns. */
const CLASS_NAMES = fileURLToPath(new URL('../../../../models/imagenet-classes.json', import.meta.url));

/** torchvision's `inception_v3`, which was trained on the 1000 classes of ImageNet. */
export const inceptionV3Torchvision: Architecture = {
  name: 'inception-v3-torchvision',
  description: DESCRIPTION,
  lastLayer: LAST_LAYER,
  findMismatch: (shapes) => findClassMismatch(shapes, CLASSES),
  isForTraining,
  build: (tensors, what) => buildInceptionV3(tensors, { variant: 'torchvision', what }),
  async describe() {
    const { classes } = JSON.parse(await readFile(CLASS_NAMES, 'utf8')) as {
      classes: [synset: string, name: string][];
    };
    return {
      input: { ...INPUT, resize: 'torch-bilinear', normalize: NORMALIZATIONS['[-1,1]'] },
      outputs: { features: FEATURES, logits: { name: 'logits', width: CLASSES } },
      classes: classes.map(([, name]) => name),
      synsets: classes.map(([synset]) => synset),
    };
  },
};
