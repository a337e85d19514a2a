import { z } from 'zod';
import { NetworkError } from '../../../core/errors.js';
import { type Architecture, findShapeMismatch, type TensorShapes } from '../../architectures/architecture.js';
import { buildConvNextV2, type ConvNextSizes } from '../../architectures/convnext-v2/build.js';
import type { UnreadTensor, WeightTensor, WeightTensors } from '../../architectures/weights.js';
import type { NetworkCard } from '../../cards/card.js';

/** What a configuration need not say, as transformers fills it in. */
const DEFAULTS = {
  hidden_sizes: [96, 192, 384, 768],
  depths: [3, 3, 9, 3],
  patch_size: 4,
  image_size: 224,
  hidden_act: 'gelu',
  layer_norm_eps: 1e-12,
  num_channels: 3,
};

const STAGES = 8;
const sizes = z.object({
  hidden_sizes: z.array(z.int().positive().max(16_384)).min(1).max(STAGES),
  depths: z.array(z.int().positive().max(256)).min(1).max(STAGES),
  patch_size: z.literal(4),
  image_size: z.int().positive().max(4096),
  hidden_act: z.literal('gelu'),
  layer_norm_eps: z.number().positive().max(1),
  num_channels: z.literal(3),
});

/** What `architectures` of a config.json may say. */
export const CONVNEXT_V2_MODELS = ['ConvNextV2Model', 'ConvNextV2ForImageClassification'];

/** Beginnings of timm's names, which the graph asks for, and of transformers'. */
const BEGINNINGS = [
  [/^stem\.0\./, 'embeddings.patch_embeddings.'],
  [/^stem\.1\./, 'embeddings.layernorm.'],
  [/^stages\.(\d+)\.downsample\./, 'encoder.stages.$1.downsampling_layer.'],
  [/^stages\.(\d+)\.blocks\.(\d+)\.conv_dw\./, 'encoder.stages.$1.layers.$2.dwconv.'],
  [/^stages\.(\d+)\.blocks\.(\d+)\.norm\./, 'encoder.stages.$1.layers.$2.layernorm.'],
  [/^stages\.(\d+)\.blocks\.(\d+)\.mlp\.fc1\./, 'encoder.stages.$1.layers.$2.pwconv1.'],
  [/^stages\.(\d+)\.blocks\.(\d+)\.mlp\.grn\./, 'encoder.stages.$1.layers.$2.grn.'],
  [/^stages\.(\d+)\.blocks\.(\d+)\.mlp\.fc2\./, 'encoder.stages.$1.layers.$2.pwconv2.'],
  [/^head\.norm\./, 'layernorm.'],
] as const;

/** A tensor that every file of the weights has. */
const FIRST_LAYER = 'embeddings.patch_embeddings.weight';

/**
 * ConvNeXt V2 of any size as a config.json of transformers describes it: the means of the last maps after the last layer norm, which it calls
 * `pooler_output`.
 *
 * @param model what the configuration calls it
 * @param config content of the file
 * @param feeding how its preprocessor feeds it
 * @param file what errors call the config.json
 * @throws {NetworkError} for numbers that make no network that is possible here
 */
export function convNextV2OfTransformers(
  model: string,
  config: Record<string, unknown>,
  feeding: Omit<NetworkCard['input'], 'name' | 'layout' | 'size'> & { readonly size?: number },
  file: string,
): Architecture {
  const { size: side, ...fed } = feeding;
  const network = readSizes(config, side, file);
  const { channels } = network;
  return {
    name: model,
    description:
      'ConvNeXt V2 (Woo et al. 2023) as transformers has it, the means of its last maps after the last layer norm',
    lastLayer: FIRST_LAYER,
    findMismatch: (shapes) => findMismatch(network, shapes),
    isForTraining: (tensor) => tensor.startsWith('classifier.'),
    build: (tensors, what) => buildConvNextV2(inTimmsNames(tensors), what, network),
    describe: async () => ({
      input: { name: 'image', layout: 'NCHW', size: network.size, ...fed },
      outputs: { features: { name: 'features', width: channels[channels.length - 1] } },
    }),
  };
}

function readSizes(config: Record<string, unknown>, side: number | undefined, file: string): ConvNextSizes {
  const said = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));
  const parsed = sizes.safeParse({ ...DEFAULTS, ...said });
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw new NetworkError(
      `${file} is not understood at ${path.join('.')} (${message}): give another network.`,
    );
  }
  const { hidden_sizes: channels, depths, image_size, layer_norm_eps: lastEpsilon } = parsed.data;
  if (channels.length !== depths.length) {
    throw new NetworkError(
      `${file} has ${depths.length} depths and ${channels.length} hidden_sizes: give another network.`,
    );
  }
  const size = side ?? image_size;
  const least = 4 * 2 ** (channels.length - 1);
  if (size < least) {
    throw new NetworkError(
      `${file} is for pictures of at least ${least} pixels, and its preprocessor gives ${size}: give another network.`,
    );
  }
  return { depths, channels, size, lastEpsilon };
}

function findMismatch({ depths, channels }: ConvNextSizes, shapes: TensorShapes): string | undefined {
  const mismatch = findShapeMismatch(shapes, [
    [FIRST_LAYER, [channels[0], 3, 4, 4]],
    ...channels.map((width, stage) => {
      const last = `encoder.stages.${stage}.layers.${depths[stage] - 1}`;
      return [`${last}.grn.weight`, [1, 1, 1, 4 * width]] as const;
    }),
    ['layernorm.weight', [channels[channels.length - 1]]],
  ]);
  if (mismatch !== undefined) return mismatch;
  // More blocks or stages tell of another network, whose numbers these would not be.
  const more = [...shapes.keys()].find((name) => {
    const [, stage, layer] = /^encoder\.stages\.(\d+)\.(?:layers\.(\d+)\.)?/.exec(name) ?? [];
    return (
      stage !== undefined && !(Number(stage) < depths.length && Number(layer ?? 0) < depths[Number(stage)])
    );
  });
  return more === undefined ? undefined : `it has ${more}, for which that network has no place`;
}

/** The tensors by timm's names; those of response normalization stand as [1, 1, 1, n]. */
function inTimmsNames(tensors: WeightTensors): WeightTensors {
  return (name, wanted) => {
    const isFlat = name.includes('.grn.');
    const [beginning, own] = BEGINNINGS.find(([each]) => each.test(name)) ?? [];
    const found = tensors(
      beginning && own !== undefined ? name.replace(beginning, own) : name,
      wanted && isFlat ? [1, 1, 1, ...wanted] : wanted,
    );
    return found && isFlat ? flatten(found) : found;
  };
}

function flatten<T extends WeightTensor | UnreadTensor>(tensor: T): T {
  const { shape } = tensor;
  return shape.slice(0, -1).every((side) => side === 1) ? { ...tensor, shape: shape.slice(-1) } : tensor;
}
