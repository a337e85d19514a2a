import { NORMALIZATIONS } from '../../preprocessing/normalizations.js';
import { TOOL_FEEDINGS } from '../../preprocessing/tool-feedings.js';
import type { Architecture } from '../architecture.js';
import { visionTransformer } from './architecture.js';
import { GATED_NAMES, TIMM_NAMES } from './names.js';
import type { VisionTransformerSpec } from './spec.js';

/** Width, depth and heads of the four sizes; the largest has SwiGLU. */
const SIZES = {
  s: { width: 384, depth: 12, heads: 6, hidden: 1536 },
  b: { width: 768, depth: 12, heads: 12, hidden: 3072 },
  l: { width: 1024, depth: 24, heads: 16, hidden: 4096 },
  g: { width: 1536, depth: 40, heads: 24, hidden: 4096, activation: 'swiglu', names: GATED_NAMES },
} satisfies Record<string, Partial<VisionTransformerSpec>>;

/** A size of DINOv2. */
export type DinoSize = keyof typeof SIZES;

/** DINOv2 (Oquab et al. 2023) at 224 pixels, from facebookresearch/dinov2's own files. */
export function dinov2Spec(size: DinoSize, registers = 0): VisionTransformerSpec {
  return {
    size: 224,
    patch: 14,
    activation: 'gelu',
    epsilon: 1e-6,
    patchBias: true,
    classToken: true,
    registers,
    positions: { grid: 37, resampling: registers > 0 ? 'antialiased-bicubic' : 'offset-bicubic' },
    normBefore: false,
    layerScale: true,
    pooling: 'class-token',
    names: TIMM_NAMES,
    ...SIZES[size],
  };
}

/** `dinov2-vit-<size>-14`, or `dinov2-reg-vit-<size>-14` with the four registers of Darcet et al. (2023). */
export function dinov2(size: DinoSize, registers = 0): Architecture {
  return visionTransformer({
    name: `dinov2${registers > 0 ? '-reg' : ''}-vit-${size}-14`,
    description: `DINOv2 ViT-${size.toUpperCase()}/14${registers > 0 ? ' with registers' : ''} (Oquab et al. 2023), class token after the last norm`,
    spec: dinov2Spec(size, registers),
    feeding: {
      resize: 'tf1-bilinear',
      normalize: NORMALIZATIONS.imagenet,
      profiles: TOOL_FEEDINGS.dinov2,
    },
    isForTraining: (tensor) => tensor === 'mask_token',
  });
}
