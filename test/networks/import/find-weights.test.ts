import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../../src/core/errors.js';
import type { Architecture, TensorShapes } from '../../../src/networks/architectures/architecture.js';
import { loadArchitecture } from '../../../src/networks/architectures/index.js';
import { findWeights } from '../../../src/networks/import/find-weights.js';
import { openPth } from '../../../src/pytorch/index.js';

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

  it('names what it found and what it expected', async () => {
    const architectures = [
      await loadArchitecture('inception-v3-fid'),
      await loadArchitecture('inception-v3-torchvision'),
    ];
    const resnet = new Map<string, number[]>([
      ['conv1.weight', [64, 3, 7, 7]],
      ['bn1.weight', [64]],
      ['bn1.bias', [64]],
      ['fc.weight', [1000, 2048]],
    ]);
    expect(() => findWeights('r.pth', resnet, architectures)).toThrow(
      new NetworkError(
        'r.pth has the weights of no architecture that is known here (for inception-v3-fid it has fc.weight of [1000, 2048], not [1008, 2048]; for inception-v3-torchvision it has no Conv2d_1a_3x3.conv.weight); what it has is 4 tensors, such as "conv1.weight", "bn1.weight", "bn1.bias": give another file.',
      ),
    );
    const wrapped = new Map([...resnet].map(([name, shape]) => [`module.${name}`, shape]));
    expect(() => findWeights('r.pth', wrapped, architectures)).toThrow(
      'for inception-v3-torchvision it has no Conv2d_1a_3x3.conv.weight after "module."; what it has'.replace(
        ';',
        ');',
      ),
    );
  });
});
