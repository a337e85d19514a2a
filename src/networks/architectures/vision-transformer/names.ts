import type { AttentionNames, RowsOf, TensorNames } from './spec.js';

/** Query, key and value of one matrix, one below the other. */
export function fused({ weight, bias, out }: { weight: string; bias: string; out: string }): AttentionNames {
  const rows = (part: number): RowsOf => ({ weight, bias, part, parts: 3 });
  return { query: rows(0), key: rows(1), value: rows(2), out };
}

/** A linear layer of one of the three alone. */
export function alone(layer: string): RowsOf {
  return { weight: `${layer}.weight`, bias: `${layer}.bias`, part: 0, parts: 1 };
}

/** facebookresearch/dinov2, facebookresearch/mae and timm. */
export const TIMM_NAMES: TensorNames = {
  batchAxis: true,
  classToken: 'cls_token',
  registers: 'register_tokens',
  positions: 'pos_embed',
  patches: 'patch_embed.proj',
  normBefore: 'norm_pre',
  block: 'blocks.{}.',
  inBlock: {
    norm1: 'norm1',
    attention: fused({ weight: 'attn.qkv.weight', bias: 'attn.qkv.bias', out: 'attn.proj' }),
    scale1: 'ls1.gamma',
    norm2: 'norm2',
    linear1: 'mlp.fc1',
    linear2: 'mlp.fc2',
    scale2: 'ls2.gamma',
  },
  norm: 'norm',
  projection: { tensor: 'head.weight', transposed: false },
  pool: {
    query: 'attn_pool.latent',
    attention: {
      query: alone('attn_pool.q'),
      key: { weight: 'attn_pool.kv.weight', bias: 'attn_pool.kv.bias', part: 0, parts: 2 },
      value: { weight: 'attn_pool.kv.weight', bias: 'attn_pool.kv.bias', part: 1, parts: 2 },
      out: 'attn_pool.proj',
    },
    norm: 'attn_pool.norm',
    linear1: 'attn_pool.mlp.fc1',
    linear2: 'attn_pool.mlp.fc2',
  },
  own: [
    'cls_token',
    'register_tokens',
    'reg_token',
    'norm_pre.',
    'blocks.',
    'head.',
    'fc_norm.',
    'attn_pool.',
  ],
};

/** facebookresearch/dinov2 where the blocks have SwiGLU. */
export const GATED_NAMES: TensorNames = {
  ...TIMM_NAMES,
  inBlock: { ...TIMM_NAMES.inBlock, linear1: 'mlp.w12', linear2: 'mlp.w3' },
};

/** openai/CLIP, the tower of the pictures. */
export const CLIP_NAMES: TensorNames = {
  ...TIMM_NAMES,
  batchAxis: false,
  classToken: 'visual.class_embedding',
  positions: 'visual.positional_embedding',
  patches: 'visual.conv1',
  normBefore: 'visual.ln_pre',
  block: 'visual.transformer.resblocks.{}.',
  inBlock: {
    ...TIMM_NAMES.inBlock,
    norm1: 'ln_1',
    attention: fused({ weight: 'attn.in_proj_weight', bias: 'attn.in_proj_bias', out: 'attn.out_proj' }),
    norm2: 'ln_2',
    linear1: 'mlp.c_fc',
    linear2: 'mlp.c_proj',
  },
  norm: 'visual.ln_post',
  projection: { tensor: 'visual.proj', transposed: true },
  own: ['visual.'],
};
