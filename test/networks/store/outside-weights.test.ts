import { mkdtemp, open, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NetworkError } from '../../../src/core/errors.js';
import { openExtractor, planExtractor } from '../../../src/networks/extractor.js';
import { importNetwork } from '../../../src/networks/import/import-network.js';
import { type Network, openNetwork } from '../../../src/networks/network.js';
import { listStored, removeStored } from '../../../src/networks/store/store.js';
import { storeModel } from '../../../src/networks/store/store-model.js';
import { verifyNetworks } from '../../../src/networks/verify-networks.js';
import { OUTSIDE_CARD, outsideNetwork } from '../outside-network.js';

const MIB = 1024 * 1024;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-outside-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Puts a network into the store whose large weights have a file of their own, or all in one. */
function put(name: string, { seed = 1, maxInFile = 0 } = {}) {
  return storeModel(
    outsideNetwork(seed),
    { name, modelsDir: folder, maxInFile },
    async ({ sha256, weights }) => ({
      ...OUTSIDE_CARD,
      name,
      sha256,
      ...(weights && { weights }),
    }),
  );
}

async function weightsOf(name: string): Promise<string> {
  const [file] = (await readdir(folder)).filter(
    (each) => each.startsWith(`${name}.`) && each.endsWith('.weights'),
  );
  return join(folder, file);
}

async function features(network: Network): Promise<Float32Array> {
  const extractor = await openExtractor(network, { downsample: 'antialias', device: 'cpu' });
  try {
    const pixels = Uint8Array.from({ length: 2 * 8 * 8 * 3 }, (_, i) => (i * 37) % 256);
    return (await extractor.run({ pixels, count: 2, width: 8, height: 8 })).features;
  } finally {
    await extractor.close();
  }
}

describe('a network whose large weights are in a file of their own', () => {
  it('gives what it gives as one file, and holds no large weights in memory', async () => {
    const { bytes, card } = await put('big');
    await put('one', { maxInFile: 2 * MIB });
    const [big, one] = [await openNetwork('big', {}, folder), await openNetwork('one', {}, folder)];
    expect(big.model.bytes.length).toBeLessThan(MIB / 2);
    expect(one.model.bytes.length).toBeGreaterThan(MIB);
    expect(big.outside?.files).toHaveLength(1);
    expect(one.outside).toBeUndefined();
    expect(await features(big)).toEqual(await features(one));
    const weights = await weightsOf('big');
    expect(card.weights && join(folder, card.weights)).toBe(weights);
    expect(card.sha256).toBe(big.sha256);
    expect(bytes).toBe((await stat(weights)).size + (await stat(join(folder, 'big.onnx'))).size);
    const { weightBytes } = planExtractor(big, { downsample: 'antialias' });
    expect(weightBytes).toBe((await stat(weights)).size + big.model.bytes.length);
    expect(await listStored(folder)).toMatchObject([{ bytes }, { card: { name: 'one' } }]);
    expect(await verifyNetworks('big', folder)).toMatchObject([{ sound: true }]);
  });

  it('has each tensor at the beginning of a page', async () => {
    await put('big');
    const { graph } = fromBinary(ModelProtoSchema, await readFile(join(folder, 'big.onnx')));
    const outside = graph?.initializer.flatMap(({ externalData }) => externalData) ?? [];
    const said = Object.fromEntries(outside.map(({ key, value }) => [key, value]));
    expect(said).toEqual({
      location: expect.stringMatching(/^big\.[0-9a-f]{16}\.weights$/),
      offset: '0',
      length: String(MIB),
    });
  });

  it('is the same digest for the same weights, and another for others', async () => {
    const first = await put('big');
    const again = await put('big');
    expect(again.card.sha256).toBe(first.card.sha256);
    const other = await put('big', { seed: 2 });
    expect(other.card.sha256).not.toBe(first.card.sha256);
    expect((await readdir(folder)).sort()).toEqual(['big.json', 'big.onnx', other.card.weights].toSorted());
    await put('big', { maxInFile: 2 * MIB });
    expect((await readdir(folder)).sort()).toEqual(['big.json', 'big.onnx']);
  });

  it.each<[what: string, change: (path: string) => Promise<unknown>, message: string]>([
    ['damaged', flip, 'is damaged or not the file of its card'],
    ['shorter', (path) => truncate(path, MIB - 1), `it has ${MIB - 1} bytes and ${MIB} are needed`],
    ['gone', (path) => rm(path), 'which cannot be read (ENOENT)'],
  ])('is refused where its weights are %s', async (_, change, message) => {
    await put('big');
    await change(await weightsOf('big'));
    const opening = openNetwork('big', {}, folder);
    await expect(opening).rejects.toThrow(NetworkError);
    await expect(opening).rejects.toThrow(message);
    expect(await verifyNetworks('big', folder)).toMatchObject([{ sound: false }]);
  });

  it('does not run with weights that were changed after they were checked', async () => {
    await put('big');
    const network = await openNetwork('big', {}, folder);
    await flip(await weightsOf('big'));
    await expect(features(network)).rejects.toThrow('was changed or removed while its network was opened');
    await put('big', { seed: 2 });
    await expect(features(network)).rejects.toThrow('was changed or removed while its network was opened');
  });

  it('is removed with its weights, and not those of a network with a longer name', async () => {
    await put('big');
    await put('big.too');
    await removeStored('big', folder);
    expect((await listStored(folder)).map(({ card }) => card.name)).toEqual(['big.too']);
    expect(await readdir(folder)).toHaveLength(3);
    await removeStored('big.too', folder);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is imported from an .onnx file with its weights, into one file or two', async () => {
    await put('big');
    const from = join(folder, 'big.onnx');
    const options = { modelsDir: join(folder, 'store') };
    const two = await importNetwork(from, 'two', options, 0);
    const one = await importNetwork(from, 'one', options);
    expect([two.card.weights, one.card.weights]).toEqual([expect.stringMatching(/^two\./), undefined]);
    const [original, ...copies] = await Promise.all([
      openNetwork('big', {}, folder),
      openNetwork('two', {}, options.modelsDir),
      openNetwork('one', {}, options.modelsDir),
    ]);
    expect(two.card.source?.sha256).toBe(original.sha256);
    for (const copy of copies) expect(await features(copy)).toEqual(await features(original));
  });

  it('leaves nothing where its weights cannot be read, or its card fails', async () => {
    const failing = outsideNetwork(1, async () => {
      throw new NetworkError('the file ends early');
    });
    const options = { name: 'big', modelsDir: folder, maxInFile: 0 };
    await expect(
      storeModel(failing, options, async () => ({ ...OUTSIDE_CARD, name: 'big' })),
    ).rejects.toThrow('ends early');
    expect(await readdir(folder)).toEqual([]);
    const describing = storeModel(outsideNetwork(), options, async () => {
      throw new NetworkError('does not fit');
    });
    await expect(describing).rejects.toThrow('does not fit');
    expect(await readdir(folder)).toEqual([]);
  });
});

async function flip(path: string): Promise<void> {
  const file = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, 1000);
  await file.write(Buffer.of(byte[0] ^ 1), 0, 1, 1000);
  await file.close();
}
