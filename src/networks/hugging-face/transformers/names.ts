import { alone, fused, TIMM_NAMES } from '../../architectures/vision-transformer/names.js';
import type { BlockNames, TensorNames } from '../../architectures/vision-transformer/spec.js';

/** Query, key and value as three layers. */
function apart(parts: { query: string; key: string; value: string; out: string }): BlockNames['attention'] {
  const { query, key, value, out } = parts;
  return { query: alone(query), key: alone(key), value: alone(value), out };
}

const BERT_ATTENTION = apart({
  query: 'attention.attention.query',
  key: 'attention.attention.key',
  value: 'attention.attention.value',
  out: 'attention.output.dense',
});

const CLIP_ATTENTION = apart({
  query: 'self_attn.q_proj',
  key: 'self_attn.k_proj',
  value: 'self_attn.v_proj',
  out: 'self_attn.out_proj',
});

/** Dinov2Model and Dinov2WithRegistersModel. */
export const DINOV2: TensorNames = {
  ...TIMM_NAMES,
  classToken: 'embeddings.cls_token',
  registers: 'embeddings.register_tokens',
  positions: 'embeddings.position_embeddings',
  patches: 'embeddings.patch_embeddings.projection',
  block: 'encoder.layer.{}.',
  inBlock: {
    ...TIMM_NAMES.inBlock,
    attention: BERT_ATTENTION,
    scale1: 'layer_scale1.lambda1',
    scale2: 'layer_scale2.lambda1',
  },
  norm: 'layernorm',
  own: ['encoder.', 'embeddings.register_tokens'],
};

/** The same with SwiGLU. */
export const GATED_DINOV2: TensorNames = {
  ...DINOV2,
  inBlock: { ...DINOV2.inBlock, linear1: 'mlp.weights_in', linear2: 'mlp.weights_out' },
};

/** ViTMAEModel. */
export const VIT_MAE: TensorNames = {
  ...DINOV2,
  inBlock: {
    ...DINOV2.inBlock,
    norm1: 'layernorm_before',
    norm2: 'layernorm_after',
    linear1: 'intermediate.dense',
    linear2: 'output.dense',
  },
};

/** CLIPVisionModel, without what stands before it in models of two towers. */
export const CLIP_VISION: TensorNames = {
  ...TIMM_NAMES,
  batchAxis: false,
  classToken: 'embeddings.class_embedding',
  positions: 'embeddings.position_embedding.weight',
  patches: 'embeddings.patch_embedding',
  normBefore: 'pre_layrnorm',
  block: 'encoder.layers.{}.',
  inBlock: {
    ...TIMM_NAMES.inBlock,
    norm1: 'layer_norm1',
    attention: CLIP_ATTENTION,
    norm2: 'layer_norm2',
  },
  norm: 'post_layernorm',
  own: ['encoder.'],
};

/** CLIPModel and CLIPVisionModelWithProjection. */
export const CLIP_PROJECTED: TensorNames = {
  ...CLIP_VISION,
  classToken: `vision_model.${CLIP_VISION.classToken}`,
  positions: `vision_model.${CLIP_VISION.positions}`,
  patches: `vision_model.${CLIP_VISION.patches}`,
  normBefore: `vision_model.${CLIP_VISION.normBefore}`,
  block: `vision_model.${CLIP_VISION.block}`,
  norm: `vision_model.${CLIP_VISION.norm}`,
  projection: { tensor: 'visual_projection.weight', transposed: false },
  own: ['vision_model.encoder.'],
};

/** SiglipVisionModel. */
export const SIGLIP_VISION: TensorNames = {
  ...CLIP_VISION,
  pool: {
    query: 'head.probe',
    attention: fused({
      weight: 'head.attention.in_proj_weight',
      bias: 'head.attention.in_proj_bias',
      out: 'head.attention.out_proj',
    }),
    norm: 'head.layernorm',
    linear1: 'head.mlp.fc1',
    linear2: 'head.mlp.fc2',
  },
};
