import { NORMALIZATIONS } from '../../preprocessing/normalizations.js';
import type { Architecture } from '../architecture.js';
import { buildInceptionV3 } from './build.js';
import { DESCRIPTION, FEATURES, findClassMismatch, INPUT, isForTraining, LAST_LAYER } from './facts.js';

const CLASSES = 1008;

/** The network of 2015-12-05 that the Inception Score and FID are computed with, as pytorch-fid ported it. */
export const inceptionV3Fid: Architecture = {
  name: 'inception-v3-fid',
  description: DESCRIPTION,
  lastLayer: LAST_LAYER,
  findMismatch: (shapes) => findClassMismatch(shapes, CLASSES),
  isForTraining,
  build: (tensors, what) => buildInceptionV3(tensors, { variant: 'fid', what }),
  /** As torch-fidelity feeds and reads the network, unless the run has another profile. */
  describe: async () => ({
    input: { ...INPUT, resize: 'tf1-bilinear', normalize: NORMALIZATIONS.tf1, followsProfile: true },
    outputs: {
      features: FEATURES,
      logits: { name: 'logits', width: CLASSES },
      scores: { name: 'logits_unbiased', width: CLASSES },
    },
    // Column 0 is the background, 1001 to 1007 are padding, and the classes follow the challenge kit's numbers, not the synset ids.
    classesNeedMap: true,
    classRange: [1, 1000],
  }),
};
