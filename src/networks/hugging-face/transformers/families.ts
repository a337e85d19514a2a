import type { VisionTransformerSpec } from '../../architectures/vision-transformer/spec.js';
import type { ResizeMethod } from '../../cards/card.js';
import { CLIP_PROJECTED, CLIP_VISION, DINOV2, SIGLIP_VISION, VIT_MAE } from './names.js';

/** A kind of model of transformers, as its configuration has it. */
export interface Family {
  /** What its configuration need not say, as transformers fills it in. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Whether the sizes of the picture's tower stand under `vision_config`. */
  readonly isTwoTowers?: boolean;
  /** Filter of its preprocessor, where no file says it. */
  readonly resize: ResizeMethod;
  readonly traits: Pick<
    VisionTransformerSpec,
    'patchBias' | 'classToken' | 'normBefore' | 'layerScale' | 'pooling' | 'names'
  >;
  /** How positions reach another size; undefined where they have to fit. */
  readonly resampling?: 'bicubic' | 'antialiased-bicubic';
  /** For a card. */
  readonly description: string;
}

const SIZES = { hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12, image_size: 224 };
const CLIP_SIZES = {
  ...SIZES,
  ...{ intermediate_size: 3072, patch_size: 32, hidden_act: 'quick_gelu', layer_norm_eps: 1e-5 },
};

const PATCHES = { patchBias: true, classToken: true, normBefore: false, layerScale: false } as const;

const DINO: Family = {
  defaults: {
    ...SIZES,
    ...{ mlp_ratio: 4, patch_size: 14, hidden_act: 'gelu', layer_norm_eps: 1e-6, qkv_bias: true },
    ...{ use_swiglu_ffn: false, num_register_tokens: 0 },
  },
  resize: 'pil-bicubic-uint8',
  traits: { ...PATCHES, layerScale: true, pooling: 'class-token', names: DINOV2 },
  resampling: 'bicubic',
  description: 'DINOv2 (Oquab et al. 2023) as transformers has it, class token after the last norm',
};

const CLIP: Family = {
  defaults: CLIP_SIZES,
  resize: 'pil-bicubic-uint8',
  traits: { ...PATCHES, patchBias: false, normBefore: true, pooling: 'class-token', names: CLIP_VISION },
  description: 'CLIP (Radford et al. 2021) as transformers has it, class token after the last norm',
};

const PROJECTED: Family = {
  ...CLIP,
  defaults: { ...CLIP_SIZES, projection_dim: 512 },
  traits: { ...CLIP.traits, names: CLIP_PROJECTED },
  description: 'CLIP (Radford et al. 2021) as transformers has it, projected, not divided by its length',
};

const MAE: Family = {
  defaults: {
    ...SIZES,
    ...{ intermediate_size: 3072, patch_size: 16, hidden_act: 'gelu', layer_norm_eps: 1e-12, qkv_bias: true },
  },
  resize: 'pil-bilinear-uint8',
  traits: { ...PATCHES, pooling: 'class-token', names: VIT_MAE },
  description: 'MAE (He et al. 2022) as transformers has it, nothing masked, class token after the last norm',
};

const SIGLIP: Family = {
  defaults: { ...CLIP_SIZES, patch_size: 16, hidden_act: 'gelu_pytorch_tanh', layer_norm_eps: 1e-6 },
  resize: 'pil-bicubic-uint8',
  traits: { ...PATCHES, classToken: false, pooling: 'attention', names: SIGLIP_VISION },
  description: 'SigLIP (Zhai et al. 2023) as transformers has it, attention pooling',
};

/** What `architectures` of a config.json may say. */
export const FAMILIES: Readonly<Record<string, Family>> = {
  Dinov2Model: DINO,
  Dinov2WithRegistersModel: {
    ...DINO,
    defaults: { ...DINO.defaults, num_register_tokens: 4 },
    resampling: 'antialiased-bicubic',
  },
  CLIPModel: { ...PROJECTED, isTwoTowers: true },
  CLIPVisionModelWithProjection: PROJECTED,
  CLIPVisionModel: CLIP,
  ViTMAEModel: MAE,
  ViTMAEForPreTraining: MAE,
  SiglipModel: { ...SIGLIP, isTwoTowers: true },
  SiglipVisionModel: SIGLIP,
};
