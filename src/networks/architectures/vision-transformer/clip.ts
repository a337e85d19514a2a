import { NORMALIZATIONS } from '../../preprocessing/normalizations.js';
import { TOOL_FEEDINGS } from '../../preprocessing/tool-feedings.js';
import type { Architecture } from '../architecture.js';
import { visionTransformer } from './architecture.js';
import { CLIP_NAMES } from './names.js';
import type { VisionTransformerSpec } from './spec.js';

const BASE = { width: 768, depth: 12, heads: 12, hidden: 3072, projection: 512 };
const LARGE = { width: 1024, depth: 24, heads: 16, hidden: 4096, projection: 768 };

/** Sizes by what follows `clip-vit-`. */
const SIZES = {
  'b-32': { ...BASE, patch: 32, size: 224 },
  'b-16': { ...BASE, patch: 16, size: 224 },
  'l-14': { ...LARGE, patch: 14, size: 224 },
  'l-14-336px': { ...LARGE, patch: 14, size: 336 },
} satisfies Record<string, Partial<VisionTransformerSpec>>;

/** A size of CLIP's vision transformer. */
export type ClipSize = keyof typeof SIZES;

/** What all sizes of CLIP's vision transformer share. */
export const CLIP_TRAITS = {
  activation: 'quick-gelu',
  epsilon: 1e-5,
  patchBias: false,
  classToken: true,
  registers: 0,
  normBefore: true,
  layerScale: false,
  pooling: 'class-token',
  names: CLIP_NAMES,
} satisfies Partial<VisionTransformerSpec>;

/** CLIP's tower for pictures (Radford et al. 2021), with its projection. */
export function clipSpec(size: ClipSize): VisionTransformerSpec {
  return { ...CLIP_TRAITS, ...SIZES[size] };
}

/** The same from openai/CLIP's own files. */
export function clip(size: ClipSize): Architecture {
  return visionTransformer({
    name: `clip-vit-${size}`,
    description: `CLIP ViT-${size.replace('-', '/').toUpperCase().replace('PX', 'px')} (Radford et al. 2021), projected, not divided by its length`,
    spec: clipSpec(size),
    feeding: { resize: 'tf1-bilinear', normalize: NORMALIZATIONS.clip, profiles: TOOL_FEEDINGS.clip },
    isForTraining: (tensor) => !tensor.startsWith('visual.'),
  });
}

/** open_clip's own (LAION, DataComp), in files with the same names and shapes: exact GELU in place of QuickGELU. */
export function openClip(size: ClipSize): Architecture {
  const openai = clip(size);
  const architecture = visionTransformer({
    name: `open-clip-vit-${size}`,
    description: `${openai.description}, with GELU, as open_clip trains it`,
    spec: { ...clipSpec(size), activation: 'gelu' },
    feeding: {
      ...{ resize: 'pil-bicubic-uint8', fit: 'shorter-side', middle: 'half-even' },
      normalize: NORMALIZATIONS.clip,
    },
    isForTraining: openai.isForTraining,
  });
  return { ...architecture, onlyByName: true };
}
