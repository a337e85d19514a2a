import type { FormulaNetwork } from './formula-networks.js';

// Names and shapes of the publishers' state dicts, as fixtures/golden/networks-2026/README.md lists them.

type Shapes = [name: string, shape: readonly number[]][];

const norm = (name: string, width: number): Shapes => [
  [`${name}.weight`, [width]],
  [`${name}.bias`, [width]],
];

const linear = (name: string, from: number, to: number): Shapes => [
  [`${name}.weight`, [to, from]],
  [`${name}.bias`, [to]],
];

const times = (count: number, block: (index: number) => Shapes): Shapes =>
  Array.from({ length: count }, (_, i) => block(i)).flat();

/** Sizes of a DINOv2; those of the publisher's have 37 × 37 positions and patches of 14. */
export interface DinoSizes {
  readonly width: number;
  readonly depth: number;
  readonly grid?: number;
  readonly patch?: number;
  readonly registers?: number;
  /** Width inside SwiGLU, where the blocks have one. */
  readonly gated?: number;
}

/** facebookresearch/dinov2. */
export function dinoShapes({ width, depth, grid = 37, patch = 14, registers = 0, gated }: DinoSizes): Shapes {
  return [
    ['cls_token', [1, 1, width]],
    ['pos_embed', [1, grid ** 2 + 1, width]],
    ...(registers > 0 ? ([['register_tokens', [1, registers, width]]] satisfies Shapes) : []),
    ['mask_token', [1, width]],
    ['patch_embed.proj.weight', [width, 3, patch, patch]],
    ['patch_embed.proj.bias', [width]],
    ...times(depth, (n) => [
      ...norm(`blocks.${n}.norm1`, width),
      ...linear(`blocks.${n}.attn.qkv`, width, 3 * width),
      ...linear(`blocks.${n}.attn.proj`, width, width),
      [`blocks.${n}.ls1.gamma`, [width]],
      ...norm(`blocks.${n}.norm2`, width),
      ...(gated === undefined
        ? [
            ...linear(`blocks.${n}.mlp.fc1`, width, 4 * width),
            ...linear(`blocks.${n}.mlp.fc2`, 4 * width, width),
          ]
        : [
            ...linear(`blocks.${n}.mlp.w12`, width, 2 * gated),
            ...linear(`blocks.${n}.mlp.w3`, gated, width),
          ]),
      [`blocks.${n}.ls2.gamma`, [width]],
    ]),
    ...norm('norm', width),
  ];
}

/** Sizes of CLIP's text tower, whose tensors an import passes over. */
export interface TextSizes {
  readonly width: number;
  readonly layers: number;
  readonly context: number;
}

const TEXT: TextSizes = { width: 512, layers: 12, context: 77 };

const textHead = ({ width, context }: TextSizes, embed: number): Shapes => [
  ['positional_embedding', [context, width]],
  ['text_projection', [width, embed]],
  ['logit_scale', []],
];

/** Sizes of CLIP's vision transformer. */
export interface ClipSizes {
  readonly width: number;
  readonly layers: number;
  readonly patch: number;
  readonly size: number;
  readonly embed: number;
  readonly text?: TextSizes;
}

/** openai/CLIP, vision transformer, with what the file has of the text tower outside its blocks. */
export function clipShapes({ width, layers, patch, size, embed, text = TEXT }: ClipSizes): Shapes {
  return [
    ...textHead(text, embed),
    ['visual.class_embedding', [width]],
    ['visual.positional_embedding', [(size / patch) ** 2 + 1, width]],
    ['visual.proj', [width, embed]],
    ['visual.conv1.weight', [width, 3, patch, patch]],
    ...norm('visual.ln_pre', width),
    ...times(layers, (n) => {
      const block = `visual.transformer.resblocks.${n}`;
      return [
        [`${block}.attn.in_proj_weight`, [3 * width, width]],
        [`${block}.attn.in_proj_bias`, [3 * width]],
        ...linear(`${block}.attn.out_proj`, width, width),
        ...norm(`${block}.ln_1`, width),
        ...linear(`${block}.mlp.c_fc`, width, 4 * width),
        ...linear(`${block}.mlp.c_proj`, 4 * width, width),
        ...norm(`${block}.ln_2`, width),
      ];
    }),
    ...norm('visual.ln_post', width),
  ];
}

/** Sizes of CLIP's ResNet. */
export interface ClipResNetSizes {
  readonly width: number;
  readonly layers: readonly number[];
  readonly size: number;
  readonly embed: number;
  readonly text?: TextSizes;
}

/** openai/CLIP, ResNet, without `num_batches_tracked`. */
export function clipResNetShapes({ width, layers, size, embed, text = TEXT }: ClipResNetSizes): Shapes {
  const batchNorm = (name: string, channels: number): Shapes =>
    ['weight', 'bias', 'running_mean', 'running_var'].map((part) => [`${name}.${part}`, [channels]]);
  const conv = (name: string, from: number, to: number, kernel: number): Shapes => [
    [`${name}.weight`, [to, from, kernel, kernel]],
  ];
  let from = width;
  const stages = layers.flatMap((blocks, stage) =>
    times(blocks, (n) => {
      const name = `visual.layer${stage + 1}.${n}`;
      const planes = width * 2 ** stage;
      const before = from;
      from = 4 * planes;
      return [
        ...conv(`${name}.conv1`, before, planes, 1),
        ...batchNorm(`${name}.bn1`, planes),
        ...conv(`${name}.conv2`, planes, planes, 3),
        ...batchNorm(`${name}.bn2`, planes),
        ...conv(`${name}.conv3`, planes, 4 * planes, 1),
        ...batchNorm(`${name}.bn3`, 4 * planes),
        ...(n > 0
          ? []
          : [
              ...conv(`${name}.downsample.0`, before, 4 * planes, 1),
              ...batchNorm(`${name}.downsample.1`, 4 * planes),
            ]),
      ];
    }),
  );
  const last = 32 * width;
  return [
    ...textHead(text, embed),
    ...conv('visual.conv1', 3, width / 2, 3),
    ...batchNorm('visual.bn1', width / 2),
    ...conv('visual.conv2', width / 2, width / 2, 3),
    ...batchNorm('visual.bn2', width / 2),
    ...conv('visual.conv3', width / 2, width, 3),
    ...batchNorm('visual.bn3', width),
    ...stages,
    ['visual.attnpool.positional_embedding', [(size / 32) ** 2 + 1, last]],
    ...linear('visual.attnpool.k_proj', last, last),
    ...linear('visual.attnpool.q_proj', last, last),
    ...linear('visual.attnpool.v_proj', last, last),
    ...linear('visual.attnpool.c_proj', last, embed),
  ];
}

/** torchvision's VGG16: convolutions by their places among the layers, then three linear layers. */
function vgg16Shapes(): Shapes {
  const places = [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28];
  const channels = [3, 64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512];
  return [
    ...places.flatMap(
      (place, i): Shapes => [
        [`features.${place}.weight`, [channels[i + 1], channels[i], 3, 3]],
        [`features.${place}.bias`, [channels[i + 1]]],
      ],
    ),
    ...linear('classifier.0', 25088, 4096),
    ...linear('classifier.3', 4096, 4096),
    ...linear('classifier.6', 4096, 1000),
  ];
}

const TINY_TEXT: TextSizes = { width: 16, layers: 1, context: 5 };

/** The networks of make_network_pth.py, by the names that it gives them. */
const SHAPES = {
  'dinov2-vit-s-14': dinoShapes({ width: 384, depth: 12 }),
  'dinov2-vit-b-14': dinoShapes({ width: 768, depth: 12 }),
  'clip-vit-b-32': clipShapes({ width: 768, layers: 12, patch: 32, size: 224, embed: 512 }),
  'clip-vit-l-14-336px': clipShapes({
    width: 1024,
    layers: 24,
    patch: 14,
    size: 336,
    embed: 768,
    text: { ...TEXT, width: 768 },
  }),
  'clip-rn50': clipResNetShapes({ width: 64, layers: [3, 4, 6, 3], size: 224, embed: 1024 }),
  vgg16: vgg16Shapes(),
  'lpips-vgg16': [64, 128, 256, 512, 512].map((channels, i): Shapes[number] => [
    `lin${i}.model.1.weight`,
    [1, channels, 1, 1],
  ]),
  'clip-vit-tiny': clipShapes({ width: 64, layers: 1, patch: 8, size: 32, embed: 32, text: TINY_TEXT }),
  'clip-rn-tiny': clipResNetShapes({ width: 2, layers: [1, 1, 1, 1], size: 64, embed: 24, text: TINY_TEXT }),
};

export type FormulaNetworkName = keyof typeof SHAPES;

/** A network of the golden values: its tensors, and what the formula has to know of it. */
export function formulaNetwork(name: FormulaNetworkName): FormulaNetwork {
  const gain = name === 'vgg16' ? 2 : name.startsWith('clip-rn') ? 1.3 : 1;
  return { gain, half: name.startsWith('clip-'), shapes: new Map(SHAPES[name]) };
}
