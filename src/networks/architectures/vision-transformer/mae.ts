import { NORMALIZATIONS } from '../../preprocessing/normalizations.js';
import { TOOL_FEEDINGS } from '../../preprocessing/tool-feedings.js';
import type { Architecture } from '../architecture.js';
import { visionTransformer } from './architecture.js';
import { TIMM_NAMES } from './names.js';
import type { VisionTransformerSpec } from './spec.js';

/** What all sizes of a masked autoencoder's encoder share. */
export const MAE_TRAITS = {
  activation: 'gelu',
  epsilon: 1e-6,
  patchBias: true,
  classToken: true,
  registers: 0,
  normBefore: false,
  layerScale: false,
  pooling: 'class-token',
  names: TIMM_NAMES,
} satisfies Partial<VisionTransformerSpec>;

/**
 * The encoder of a masked autoencoder (He et al. 2022), from facebookresearch/mae's or timm's files. Its sine and cosine positions stand in
 * the file.
 */
export const maeVitL16: Architecture = visionTransformer({
  name: 'mae-vit-l-16',
  description: 'MAE ViT-L/16, the encoder (He et al. 2022), class token after the last norm',
  spec: { ...MAE_TRAITS, size: 224, patch: 16, width: 1024, depth: 24, heads: 16, hidden: 4096 },
  feeding: { resize: 'tf1-bilinear', normalize: NORMALIZATIONS.imagenet, profiles: TOOL_FEEDINGS.mae },
  isForTraining: (tensor) => tensor === 'mask_token' || tensor.startsWith('decoder_'),
});
