import { NORMALIZATIONS } from '../../preprocessing/normalizations.js';
import { TOOL_FEEDINGS } from '../../preprocessing/tool-feedings.js';
import type { Architecture } from '../architecture.js';
import { visionTransformer } from './architecture.js';
import { TIMM_NAMES } from './names.js';
import type { VisionTransformerSpec } from './spec.js';

/** What all sizes of SigLIP's vision transformer share in timm, which takes GELU by the error function. */
export const SIGLIP_TRAITS = {
  activation: 'gelu',
  epsilon: 1e-6,
  patchBias: true,
  classToken: false,
  registers: 0,
  normBefore: false,
  layerScale: false,
  pooling: 'attention',
  names: TIMM_NAMES,
} satisfies Partial<VisionTransformerSpec>;

/** Height and width of the input, by what follows the name. */
const SIDES = { '': 224, '-384px': 384 };

/** What follows `siglip-so400m-14`. */
export type SiglipSize = keyof typeof SIDES;

/** The tower for pictures of SigLIP (Zhai et al. 2023) in its shape-optimized size, from timm's files. */
export function siglipSo400m14(size: SiglipSize): Architecture {
  return visionTransformer({
    name: `siglip-so400m-14${size}`,
    description: `SigLIP ViT-SO400M/14 at ${SIDES[size]} pixels (Zhai et al. 2023), attention pooling`,
    spec: { ...SIGLIP_TRAITS, size: SIDES[size], patch: 14, width: 1152, depth: 27, heads: 16, hidden: 4304 },
    feeding: { resize: 'pil-bicubic', normalize: NORMALIZATIONS['[-1,1]'], profiles: TOOL_FEEDINGS.siglip },
    isForTraining: () => false,
  });
}
