import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { NetworkError } from '../../src/core/errors.js';
import { KeptOpen } from '../../src/core/lease.js';
import { listNetworks } from '../../src/networks/known-networks.js';
import { openNetwork } from '../../src/networks/network.js';
import { NORMALIZATIONS } from '../../src/networks/preprocessing/normalizations.js';
import { GraphBuilder } from '../../src/onnx/graph.js';

import { tinyNetwork } from './tiny-network.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-network-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(name: string, bytes: Uint8Array, card?: object): Promise<string> {
  const path = join(folder, `${name}.onnx`);
  await writeFile(path, bytes);
  if (card) await writeFile(join(folder, `${name}.json`), JSON.stringify(card));
  return path;
}

const tinyCard = {
  name: 'tiny',
  input: {
    name: 'image',
    layout: 'NCHW',
    size: 8,
    resize: 'pil-bicubic',
    normalize: { scale: 1, offset: 0 },
  },
  outputs: { features: { name: 'features', width: 3 }, logits: { name: 'logits', width: 2 } },
};

describe('listNetworks', () => {
  it('knows the embedded network', async () => {
    expect((await listNetworks()).map(({ name }) => name)).toContain('inception-cifar10');
  });
});

describe('openNetwork', () => {
  it('opens every embedded network by its name, whole and as its card says', async () => {
    for (const card of await listNetworks()) {
      const network = await openNetwork(card.name);
      expect(network.card).toEqual(card);
      expect(network.sha256).toBe(card.sha256);
      expect(network.classes).toHaveLength(network.logitWidth);
    }
  });

  it('opens a file with its card beside it', async () => {
    const network = await openNetwork(await write('with card', tinyNetwork(), tinyCard));
    expect(network).toMatchObject({ name: 'tiny', featureWidth: 3, logitWidth: 2, card: tinyCard });
    expect(network.classes).toBeUndefined();
  });

  it('feeds a network as the profile has it, with the identity of a card that says so itself', async () => {
    const profiles = { 'dgm-eval': { resize: 'torch-bilinear', normalize: NORMALIZATIONS.imagenet } };
    const plain = { ...tinyCard.input, ...profiles['dgm-eval'] };
    const path = await write('profiles', tinyNetwork(), {
      ...tinyCard,
      input: { ...tinyCard.input, profiles },
    });
    const same = await write('profiles itself', tinyNetwork(), { ...tinyCard, input: plain });
    const network = await openNetwork(path, { profile: 'dgm-eval' });
    expect(network.card.input).toEqual(plain);
    expect(network.identity).toBe((await openNetwork(same)).identity);
    const own = await openNetwork(await write('without profiles', tinyNetwork(), tinyCard));
    for (const profile of [undefined, 'cmmd'] as const) {
      expect((await openNetwork(path, { profile })).identity).toBe(own.identity);
    }
  });

  it('opens a file without a card by options and by what the file says', async () => {
    const path = await write('Ünïcode name', tinyNetwork());
    const { name, card } = await openNetwork(path, { normalize: 'imagenet', classes: ['red', 'green'] });
    expect(name).toBe('Ünïcode name');
    expect(card).toEqual({
      name,
      input: {
        name: 'image',
        layout: 'NCHW',
        size: 8,
        resize: 'bilinear',
        normalize: NORMALIZATIONS.imagenet,
      },
      outputs: tinyCard.outputs,
      classes: ['red', 'green'],
    });
  });

  it('sees from the shape that channels come last, and multiplies out the axes of an output', async () => {
    const bytes = tinyNetwork({
      shape: ['n', 'h', 'w', 3],
      featuresShape: ['n', 3, 1, 1],
      names: ['pool', 'fc'],
    });
    const path = await write('last', bytes);
    const { card } = await openNetwork(path, { inputSize: 64, normalize: 'tf1', featuresOutput: 'pool' });
    expect(card.input).toMatchObject({ layout: 'NHWC', size: 64 });
    expect(card.outputs).toEqual({ features: { name: 'pool', width: 3 } });
  });

  it('lets options win over the card', async () => {
    const path = await write('overridden', tinyNetwork({ shape: ['n', 3, 'h', 'w'] }), tinyCard);
    const options = {
      inputSize: 16,
      normalize: '[0,1]',
      resize: 'tf1-bilinear',
      featuresOutput: 'logits',
    } as const;
    const { card, identity } = await openNetwork(path, options);
    expect(card.input).toMatchObject({
      size: 16,
      resize: 'tf1-bilinear',
      normalize: NORMALIZATIONS['[0,1]'],
    });
    expect(card.outputs.features).toEqual({ name: 'logits', width: 2 });
    expect(identity).not.toBe((await openNetwork(path)).identity);
  });

  it('says what must be given for a file without a card', async () => {
    const path = await write('bare', tinyNetwork({ shape: ['n', 3, 'h', 'w'], names: ['a', 'b'] }));
    await expect(openNetwork(path)).rejects.toThrow(
      new NetworkError(
        `${path} needs --input-size and --normalize ([0,1] [-1,1] [0,255] tf1 imagenet clip) and --features-output or --logits-output (of a, b), or a card beside it that says the same.`,
      ),
    );
  });

  it('has the identity that caches and statistics files of the first version hold', async () => {
    const identities = ['inception-cifar10', 'inception-mnist'].map(
      async (name) => (await openNetwork(name)).identity,
    );
    expect(await Promise.all(identities)).toEqual([
      'c537a55a52bf5fbafb3d03eafb4e872b26d619641112b158d1507f5b1749e5bc',
      '8ecaac87327551c49e6bc05dd6ba5fe6b867c40d8d8c6752f50f0eb6543f8c8b',
    ]);
  });

  it('says which networks there are when there is none of the name', async () => {
    await expect(openNetwork('inception-v9')).rejects.toThrow(
      /^inception-v9 is neither a network that comes with ganeval or is in the store \(.*inception-cifar10.*\) nor a file/,
    );
  });

  it('refuses a folder', async () => {
    await mkdir(join(folder, 'folder.onnx'));
    await expect(openNetwork(join(folder, 'folder.onnx'))).rejects.toThrow('it is not a regular file');
  });

  it('refuses a file that is not the one of its card', async () => {
    const { path, card } = await openNetwork('inception-cifar10');
    const bytes = await readFile(path);
    bytes[1_000_000] ^= 1;
    const damaged = await write('inception-cifar10', bytes, card);
    await expect(openNetwork(damaged)).rejects.toThrow(NetworkError);
    await expect(openNetwork(damaged)).rejects.toThrow('is damaged or not the file of its card');
    await copyFile(path, damaged);
    expect((await openNetwork(damaged)).name).toBe('inception-cifar10');
  });

  const gray = new GraphBuilder('gray', { opset: 18 });
  gray.output('logits', gray.input('x', 'float32', ['n', 1, 8, 8]), 'float32', ['n', 1, 8, 8]);
  const flat = new GraphBuilder('flat', { opset: 18 });
  flat.output('logits', flat.input('x', 'float32', ['n', 192]), 'float32', ['n', 192]);
  const two = new GraphBuilder('two', { opset: 18 });
  two.output(
    'logits',
    two.node('Add', [two.input('x', 'float32', ['n', 3, 8, 8]), two.input('y', 'float32', [1])]),
    'float32',
  );

  it.each<[what: string, bytes: Uint8Array, message: string]>([
    [
      'gray pictures',
      gray.toBytes(),
      'takes x as float32 [n, 1, 8, 8]: give a network that takes float32 [n, 3, height, width]',
    ],
    ['rows', flat.toBytes(), 'takes x as float32 [n, 192]'],
    ['two inputs', two.toBytes(), 'has 2 inputs (x, y)'],
    ['bytes', tinyNetwork({ type: 'uint8' }), 'takes image as uint8 [n, 3, 8, 8]'],
    ['no picture at a time', tinyNetwork({ shape: [0, 3, 8, 8] }), 'takes exactly 0 pictures at a time'],
    [
      'pictures of another size',
      tinyNetwork({ shape: ['n', 3, 9, 9] }),
      'takes pictures of 9 × 9 pixels, not 8 × 8',
    ],
    [
      'open width',
      tinyNetwork({ featuresShape: ['n', 'd'] }),
      'does not say how wide its output features is',
    ],
  ])('refuses a network that takes or gives %s', async (what, bytes, message) => {
    const path = await write(`unfit ${what}`, bytes);
    const opening = openNetwork(path, { inputSize: 8, normalize: '[0,1]' });
    await expect(opening).rejects.toThrow(NetworkError);
    await expect(opening).rejects.toThrow(message);
  });

  it('lists the outputs that there are when one is named that there is not', async () => {
    const path = await write('outputs', tinyNetwork(), tinyCard);
    await expect(openNetwork(path, { logitsOutput: 'softmax' })).rejects.toThrow(
      'has no output softmax: choose from features, logits',
    );
  });

  it.each<[what: string, card: object, message: string]>([
    [
      'another input',
      { input: { ...tinyCard.input, name: 'x' } },
      'has the input image, not x as its card says',
    ],
    [
      'other widths',
      { outputs: { features: { name: 'features', width: 4 } } },
      'gives 3 features, not 4 as its card says',
    ],
    ['another layout', { input: { ...tinyCard.input, layout: 'NHWC' } }, '[n, height, width, 3]'],
  ])('refuses a card that says %s than the file', async (what, change, message) => {
    const path = await write(`card of ${what}`, tinyNetwork(), { ...tinyCard, ...change });
    await expect(openNetwork(path)).rejects.toThrow(message);
  });

  it('refuses class names that are not as many as the logits', async () => {
    const path = await write('classes', tinyNetwork(), tinyCard);
    await expect(openNetwork(path, { classes: ['red'] })).rejects.toThrow(
      'gives 2 logits but 1 classes are named',
    );
  });

  it('names a card that is wrong', async () => {
    const path = await write('wrong card', tinyNetwork(), { name: 'x' });
    await expect(openNetwork(path)).rejects.toThrow("wrong card.json is not a network's card: input");
  });
});

describe('a network that is opened again and again', () => {
  it('is read once while its file stays as it is, and again when that changes', async () => {
    const path = await write('again', tinyNetwork(), tinyCard);
    // A file that was written a moment ago may be written again within one tick of the clock.
    const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 10_000);
    try {
      const kept = new KeptOpen();
      const open = () => kept.during(() => openNetwork(path));
      const first = await open();
      expect((await open()).model).toBe(first.model);
      expect((await openNetwork(path)).model).not.toBe(first.model);
      await writeFile(path, tinyNetwork({ opset: 17 }));
      const second = await open();
      expect(second.sha256).not.toBe(first.sha256);
      expect(second.sha256).toBe((await openNetwork(path)).sha256);
    } finally {
      clock.mockRestore();
    }
  });
});
