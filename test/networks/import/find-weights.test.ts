import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../../src/core/errors.js';
import type { Architecture, TensorShapes } from '../../../src/networks/architectures/architecture.js';
import { ARCHITECTURE_NAMES, loadArchitecture } from '../../../src/networks/architectures/index.js';
import { findWeights } from '../../../src/networks/import/find-weights.js';
import { openPth } from '../../../src/pytorch/index.js';
import { clipResNetShapes, clipShapes, dinoShapes } from '../formula-shapes.js';

const WRAPPED = fileURLToPath(new URL('../../../fixtures/pytorch/wrapped/', import.meta.url));

/** The network of the fixtures. */
const small = {
  name: 'small',
  lastLayer: 'fc.weight',
  isForTraining: (name: string) => name.endsWith('.num_batches_tracked'),
  findMismatch: (shapes: TensorShapes) =>
    String(shapes.get('fc.weight')) === '3,2' && shapes.has('first.weight')
      ? undefined
      : 'it has no first.weight',
} as Architecture;

const NAMES = [
  'first.weight',
  'norm.weight',
  'norm.bias',
  'norm.running_mean',
  'norm.running_var',
  'norm.num_batches_tracked',
  'fc.weight',
  'fc.bias',
];

async function find(file: string) {
  const pth = await openPth(`${WRAPPED}${file}.pth`);
  try {
    const shapes = new Map([...pth.tensors].map(([name, { shape }]) => [name, shape]));
    const found = findWeights(file, shapes, [small]);
    const values = await pth.read(found.names.get('fc.bias') ?? '');
    return { ...found, wrapper: pth.wrapper, values: [...values.data] };
  } finally {
    await pth.close();
  }
}

/** torchvision's ResNet-50, without the counters of its batch norms. */
const RESNET50 = [
  ...clipResNetShapes({ width: 64, layers: [3, 4, 6, 3], size: 224, embed: 1024 }).flatMap(([name, shape]) =>
    name.startsWith('visual.layer') ? [[name.slice('visual.'.length), shape] as const] : [],
  ),
  ['conv1.weight', [64, 3, 7, 7]] as const,
  ['bn1.weight', [64]] as const,
  ['bn1.bias', [64]] as const,
  ['fc.weight', [1000, 2048]] as const,
  ['fc.bias', [1000]] as const,
];

describe('findWeights', () => {
  it.each([
    ['trained-model', 'model', '', []],
    ['trained-model-state-dict', 'model_state_dict', '', []],
    ['trained-ema', 'ema', '', []],
    ['trained-model-is-ema', 'model', '', []],
    ['data-parallel', undefined, 'module.', []],
    ['compiled', undefined, '', []],
    ['compiled-data-parallel', 'model', 'module.', []],
    ['lightning', 'state_dict', 'model.', ['criterion.weight']],
  ])('finds them in what PyTorch wrote: %s', async (file, wrapper, prefix, others) => {
    const found = await find(file);
    expect(found).toMatchObject({ wrapper, prefix, others });
    expect([...found.names.keys()]).toEqual(NAMES);
    expect(found.values).toEqual((await find('trained-model')).values);
  });

  it('refuses two networks and says where they are', async () => {
    await expect(find('trained-model-and-ema')).rejects.toThrow(
      new NetworkError(
        'trained-model-and-ema has the weights of several networks, after "ema." and after "model.": save those of one alone with torch.save.',
      ),
    );
  });

  it('refuses a layer with and without what torch.compile adds', () => {
    const shapes = new Map([
      ['fc.weight', [3, 2]],
      ['_orig_mod.fc.weight', [3, 2]],
    ]);
    expect(() => findWeights('f', shapes, [small])).toThrow('has fc.weight with and without _orig_mod.');
  });

  it('refuses more places than a file can mean', () => {
    const shapes = new Map(Array.from({ length: 65 }, (_, i) => [`${i}.fc.weight`, [3, 2]]));
    expect(() => findWeights('f', shapes, [small])).toThrow('has 65 layers named fc.weight');
  });

  describe('of a network that is not known', () => {
    const architectures = Promise.all(ARCHITECTURE_NAMES.map(loadArchitecture)).then((all) =>
      all.filter(({ onlyByName }) => !onlyByName),
    );
    const dino = (sizes: Partial<Parameters<typeof dinoShapes>[0]>) =>
      dinoShapes({ width: 768, depth: 12, ...sizes });
    const withoutScale = dino({ patch: 16, grid: 14 }).filter(([name]) => !/ls\d|mask_token/.test(name));

    const FILES: [what: string, tensors: (readonly [string, readonly number[]])[], told: string][] = [
      [
        'a DINOv2 of 16-pixel patches',
        dino({ patch: 16, grid: 14 }),
        'nearest is dinov2-vit-b-14, of whose 174 tensors it has 172 in the same shape; it has pos_embed of [1, 197, 768], not [1, 1370, 768]; patch_embed.proj.weight of [768, 3, 16, 16], not [768, 3, 14, 14]',
      ],
      [
        'a ViT-B/16 of timm',
        [...withoutScale, ['head.weight', [1000, 768]], ['head.bias', [1000]]],
        'nearest is dinov2-vit-b-14, of whose 174 tensors it has 148 in the same shape; it has pos_embed of [1, 197, 768], not [1, 1370, 768]; patch_embed.proj.weight of [768, 3, 16, 16], not [768, 3, 14, 14]; no blocks.0.ls1.gamma of [768]; and 23 more differ',
      ],
      [
        'a DINOv2 of 14 blocks',
        dino({ depth: 14 }),
        'nearest is dinov2-vit-b-14, of whose 174 tensors it has 174 in the same shape; it has blocks.12.norm1.weight, for which that network has no place',
      ],
      [
        'a DINOv2 of 10 blocks',
        dino({ depth: 10 }),
        'nearest is dinov2-vit-b-14, of whose 174 tensors it has 146 in the same shape; it has no blocks.10.norm1.weight of [768]; no blocks.10.norm1.bias of [768]; no blocks.10.attn.qkv.weight of [2304, 768]; and 25 more differ',
      ],
      [
        'a DINOv2 of another width',
        dino({ width: 512 }),
        'nearest is dinov2-vit-s-14, of whose 174 tensors it has 0 in the same shape; it has pos_embed of [1, 1370, 512], not [1, 1370, 384]; patch_embed.proj.weight of [512, 3, 14, 14], not [384, 3, 14, 14]; patch_embed.proj.bias of [512], not [384]; and 171 more differ',
      ],
      [
        'a DINOv2 after names of a wrapper',
        dino({ patch: 16 }).map(([name, shape]) => [`teacher.backbone.${name}`, shape]),
        'nearest is dinov2-vit-b-14, of whose 174 tensors it has 173 in the same shape (after "teacher.backbone."); it has patch_embed.proj.weight of [768, 3, 16, 16], not [768, 3, 14, 14]',
      ],
      [
        'a CLIP of another size',
        clipShapes({ width: 768, layers: 12, patch: 16, size: 384, embed: 512 }),
        'nearest is clip-vit-b-16, of whose 152 tensors it has 151 in the same shape; it has visual.positional_embedding of [577, 768], not [197, 768]',
      ],
      [
        "CLIP's RN101",
        clipResNetShapes({ width: 64, layers: [3, 4, 23, 3], size: 224, embed: 512 }),
        'nearest is clip-rn50, of whose 284 tensors it has 282 in the same shape; it has visual.attnpool.c_proj.weight of [512, 2048], not [1024, 2048]; visual.attnpool.c_proj.bias of [512], not [1024]',
      ],
      [
        'a ResNet-50',
        RESNET50,
        'nearest is inception-v3-torchvision, of whose 472 tensors it has 2 in the same shape; it has no Conv2d_1a_3x3.bn.weight of [32]; no Conv2d_1a_3x3.bn.bias of [32]; no Conv2d_1a_3x3.bn.running_mean of [32]; and 467 more differ',
      ],
      [
        'no tensor that is known',
        [
          ['a', [1]],
          ['b', [2]],
        ],
        'what it has is 2 tensors, "a", "b"',
      ],
    ];
    it.each(FILES)('names the nearest and what differs: %s', async (_, tensors, told) => {
      const known = await architectures;
      const message = `f.pth has the weights of no architecture that is known here: ${told}. Give another file.`;
      expect(() => findWeights('f.pth', new Map(tensors), known)).toThrow(new NetworkError(message));
      expect(message.length).toBeLessThan(400);
    });

    it('tells what differs from the one that a person named', async () => {
      const known = await architectures;
      const named = await loadArchitecture('mae-vit-l-16');
      expect(() => findWeights('f.pth', new Map(dino({})), [known[0]], named)).toThrow(
        /^f\.pth has not the weights of mae-vit-l-16: nearest is mae-vit-l-16, .* it has pos_embed of \[1, 1370, 768\], not \[1, 197, 1024\]/,
      );
    });
  });
});
