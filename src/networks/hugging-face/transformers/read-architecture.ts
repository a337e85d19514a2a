import { z } from 'zod';
import { NetworkError } from '../../../core/errors.js';
import type { Architecture } from '../../architectures/architecture.js';
import { visionTransformer } from '../../architectures/vision-transformer/architecture.js';
import { gridOf, type VisionTransformerSpec } from '../../architectures/vision-transformer/spec.js';
import type { ResizeMethod } from '../../cards/card.js';
import type { HuggingFaceFacts } from '../facts.js';
import { CONVNEXT_V2_MODELS, convNextV2OfTransformers } from './convnext-v2.js';
import { FAMILIES, type Family } from './families.js';
import { GATED_DINOV2 } from './names.js';

const ACTIVATIONS = {
  gelu: 'gelu',
  quick_gelu: 'quick-gelu',
  gelu_pytorch_tanh: 'tanh-gelu',
  gelu_new: 'tanh-gelu',
} as const;

/** Numbers of the positions of one network; those of today have a few million. */
const MAX_POSITIONS = 2 ** 27;

// Far above any network of today; a graph of more would take a machine's memory before its weights are found missing.
const sizes = z.object({
  hidden_size: z.int().positive().max(16_384),
  num_hidden_layers: z.int().positive().max(256),
  num_attention_heads: z.int().positive().max(1024),
  intermediate_size: z.int().positive().max(131_072).optional(),
  mlp_ratio: z.number().positive().max(64).optional(),
  image_size: z.int().positive().max(4096),
  patch_size: z.int().positive().max(512),
  num_channels: z.literal(3).default(3),
  hidden_act: z.enum(Object.keys(ACTIVATIONS) as [keyof typeof ACTIVATIONS]),
  layer_norm_eps: z.number().positive().max(1),
  qkv_bias: z.literal(true).default(true),
  use_swiglu_ffn: z.boolean().default(false),
  num_register_tokens: z.int().min(0).max(1024).default(0),
  projection_dim: z.int().positive().max(65_536).optional(),
});

const named = z.object({ architectures: z.array(z.string().max(200)).min(1).max(16) });

/** The names in `architectures` of a config.json; undefined if it has none. */
export function readArchitectureNames(config: unknown): readonly string[] | undefined {
  return named.safeParse(config).data?.architectures;
}

/** Names that `readArchitecture` knows. */
export const KNOWN_MODELS = [...Object.keys(FAMILIES), ...CONVNEXT_V2_MODELS];

/**
 * The architecture that a config.json of transformers describes, fed as its preprocessor says.
 *
 * @param config content of the file
 * @param facts how its preprocessor feeds it
 * @param file what errors call the config.json
 * @returns undefined if it names no architecture that is known here
 * @throws {NetworkError} for numbers that make no network, or if nothing says how pixels are normalized
 */
export function readArchitecture(
  config: unknown,
  facts: HuggingFaceFacts,
  file: string,
): Architecture | undefined {
  const model = readArchitectureNames(config)?.find((each) => KNOWN_MODELS.includes(each));
  if (model === undefined) return undefined;
  const said = config as Record<string, unknown>;
  if (CONVNEXT_V2_MODELS.includes(model)) {
    const feeding = { ...readFeeding(facts, 'pil-bilinear-uint8', file), size: facts.inputSize };
    return convNextV2OfTransformers(model, said, feeding, file);
  }
  const family = FAMILIES[model];
  return visionTransformer({
    name: model,
    description: family.description,
    spec: readSpec(said, { family, facts, file }),
    feeding: readFeeding(facts, family.resize, file),
    isForTraining: (tensor) => /(^|\.)(mask_token|position_ids)$|^(decoder|text_model)\./.test(tensor),
  });
}

/** @param usual the filter of the family's preprocessor, where no file says it */
function readFeeding(facts: HuggingFaceFacts, usual: ResizeMethod, file: string) {
  const { normalize, resizeTo, fit, middle, resize = usual } = facts;
  if (normalize === undefined) {
    throw new NetworkError(
      `Nothing beside ${file} says how pixels are normalized: put the preprocessor_config.json of the network there.`,
    );
  }
  return {
    ...(resizeTo !== undefined && { resizeTo }),
    ...(fit && { fit }),
    ...(middle && { middle }),
    ...{ resize, normalize },
  };
}

interface Place {
  readonly family: Family;
  readonly facts: HuggingFaceFacts;
  readonly file: string;
}

function readSpec(config: Record<string, unknown>, { family, facts, file }: Place): VisionTransformerSpec {
  const refuse = (what: string) => new NetworkError(`${file} ${what}: give another network.`);
  const tower = family.isTwoTowers
    ? { projection_dim: config.projection_dim, ...asRecord(config.vision_config) }
    : config;
  // Of two towers, the size of the projection is said above them.
  const projection_dim = config.projection_dim ?? tower.projection_dim ?? family.defaults.projection_dim;
  const said = Object.fromEntries(Object.entries(tower).filter(([, value]) => value !== null));
  const parsed = sizes.safeParse({ ...family.defaults, ...said, projection_dim });
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw refuse(`is not understood at ${path.join('.')} (${message})`);
  }
  const data = parsed.data;
  const { hidden_size: width, num_attention_heads: heads, patch_size: patch, image_size } = data;
  if (width % heads !== 0) throw refuse(`divides ${width} numbers among ${heads} heads`);
  const size = facts.inputSize ?? image_size;
  const grid = gridOf({ size: image_size, patch });
  if (grid === 0 || size < patch) throw refuse(`has patches of ${patch} pixels, larger than its pictures`);
  const side = Math.max(grid, gridOf({ size, patch }));
  if (side ** 2 * width > MAX_POSITIONS) {
    throw refuse(
      `has ${side} × ${side} patches of ${width} numbers, and ${MAX_POSITIONS} numbers are possible`,
    );
  }
  const isOther = gridOf({ size, patch }) !== grid;
  if (isOther && family.resampling === undefined) {
    throw refuse(`is for pictures of ${image_size} pixels, and its preprocessor gives ${size}`);
  }
  const { traits } = family;
  return {
    ...{ size, patch, width, heads, depth: data.num_hidden_layers, ...traits },
    hidden: hiddenOf(data),
    activation: data.use_swiglu_ffn ? 'swiglu' : ACTIVATIONS[data.hidden_act],
    epsilon: data.layer_norm_eps,
    registers: data.num_register_tokens,
    ...(isOther && family.resampling && { positions: { grid, resampling: family.resampling } }),
    ...(family.defaults.projection_dim !== undefined && { projection: data.projection_dim }),
    names: data.use_swiglu_ffn ? GATED_DINOV2 : traits.names,
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Numbers between the two layers of a block; with SwiGLU two thirds of them, in whole eights. */
function hiddenOf({
  hidden_size,
  intermediate_size,
  mlp_ratio = 4,
  use_swiglu_ffn,
}: z.infer<typeof sizes>): number {
  const hidden = intermediate_size ?? Math.floor(hidden_size * mlp_ratio);
  return use_swiglu_ffn ? Math.floor((Math.floor((hidden * 2) / 3) + 7) / 8) * 8 : hidden;
}
