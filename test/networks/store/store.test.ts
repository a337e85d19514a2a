import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NetworkError, StorageError } from '../../../src/core/errors.js';
import type { NetworkCard } from '../../../src/networks/cards/card.js';
import { chooseNetworks } from '../../../src/networks/choose-networks.js';
import { listEmbedded, listNetworks } from '../../../src/networks/known-networks.js';
import { openNetwork } from '../../../src/networks/network.js';
import {
  listStored,
  modelsFolder,
  removeStored,
  storeNetwork,
  withNetworkLock,
} from '../../../src/networks/store/store.js';
import { verifyNetworks } from '../../../src/networks/verify-networks.js';

import { digestOfBytes, tinyCard } from '../tiny-card.js';
import { tinyNetwork } from '../tiny-network.js';

const auto = { network: 'auto' } as const;
const bytes = tinyNetwork();

let folder: string;
let embedded: string[];
beforeEach(async () => {
  embedded = (await listEmbedded()).map(({ card }) => card.name);
  folder = await mkdtemp(join(tmpdir(), 'ganeval-store-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const put = (name: string, change: Partial<NetworkCard> = {}) =>
  storeNetwork({ ...tinyCard(name, bytes), ...change }, bytes, folder);

describe('the store', () => {
  it('is the system’s folder for data unless another is given', () => {
    expect(modelsFolder('here')).toBe('here');
    expect(modelsFolder()).toMatch(/ganeval/);
  });

  it('is empty where there is no folder', async () => {
    expect(await listStored(join(folder, 'none'))).toEqual([]);
  });

  it('keeps networks by name, which can then be listed, opened and chosen', async () => {
    await put('zebra');
    await put('ape');
    expect((await listStored(folder)).map(({ card }) => card.name)).toEqual(['ape', 'zebra']);
    expect((await listNetworks(folder)).map(({ name }) => name)).toEqual([...embedded, 'ape', 'zebra']);
    expect(await openNetwork('ape', {}, folder)).toMatchObject({ name: 'ape', sha256: digestOfBytes(bytes) });
    await expect(openNetwork('ape', {}, join(folder, 'none'))).rejects.toThrow('nor a file');
  });

  it('replaces a network of the same name, and leaves nothing else behind', async () => {
    await put('ape');
    const other = tinyNetwork({ names: ['a', 'b'] });
    const outputs = { features: { name: 'a', width: 3 } };
    await storeNetwork({ ...tinyCard('ape', other), outputs }, other, folder);
    expect((await openNetwork('ape', {}, folder)).featureWidth).toBe(3);
    expect((await openNetwork('ape', {}, folder)).logitWidth).toBe(0);
    expect((await readdir(folder)).sort()).toEqual(['ape.json', 'ape.onnx']);
  });

  it('does not see a network whose card is not written yet', async () => {
    await writeFile(join(folder, 'half.onnx'), bytes);
    expect(await listStored(folder)).toEqual([]);
  });

  it('names a card that is damaged, and can still remove the network', async () => {
    await put('ape');
    await writeFile(join(folder, 'ape.json'), '{');
    await expect(listStored(folder)).rejects.toThrow(`${join(folder, 'ape.json')} is not JSON`);
    await removeStored('ape', folder);
    expect(await readdir(folder)).toEqual([]);
  });

  it('removes what is there, and says what is there otherwise', async () => {
    await put('ape');
    await expect(removeStored('zebra', folder)).rejects.toThrow(
      new NetworkError('zebra is not in the store (it has ape): check the name.'),
    );
    await removeStored('ape', folder);
    expect(existsSync(join(folder, 'ape.onnx'))).toBe(false);
    await expect(removeStored('ape', folder)).rejects.toThrow('it is empty');
  });

  it.each(['../ape', 'a/b', '', '.hidden', 'a'.repeat(200), 'c:ape'])(
    'takes no name like %j',
    async (name) => {
      await expect(put(name)).rejects.toThrow("can't name a network");
      await expect(removeStored(name, folder)).rejects.toThrow("can't name a network");
    },
  );

  it('blames the disk where it can’t write', async () => {
    await writeFile(join(folder, 'file'), '');
    const inFile = join(folder, 'file');
    await expect(storeNetwork(tinyCard('ape', bytes), bytes, inFile)).rejects.toThrow(StorageError);
  });

  it('tells damaged weights from sound ones', async () => {
    await put('ape');
    const { path } = await put('zebra');
    expect((await verifyNetworks(undefined, folder)).map(({ name, sound }) => [name, sound])).toEqual([
      ...embedded.map((name) => [name, true]),
      ['ape', true],
      ['zebra', true],
    ]);
    const damaged = await readFile(path);
    damaged[100] ^= 1;
    await writeFile(path, damaged);
    const [verdict] = await verifyNetworks('zebra', folder);
    expect(verdict).toMatchObject({ origin: 'store', sound: false });
    expect(verdict.fault).toContain('pull or import it again');
    await expect(verifyNetworks('gnu', folder)).rejects.toThrow('neither embedded nor in the store');
  });
});

describe('the lock of a network', () => {
  it('lets one in at a time, and tells the other that it waits', async () => {
    const order: string[] = [];
    let waiting = () => {};
    const waits = new Promise<void>((resolve) => {
      waiting = resolve;
    });
    const first = withNetworkLock('ape', { folder }, async () => {
      order.push('first in');
      await waits;
      order.push('first out');
    });
    await expect.poll(() => order).toEqual(['first in']);
    const onWait = () => {
      order.push('second waits');
      waiting();
    };
    await Promise.all([
      first,
      withNetworkLock('ape', { folder, onWait }, async () => void order.push('second in')),
    ]);
    expect(order).toEqual(['first in', 'second waits', 'first out', 'second in']);
  });

  it('is let go of by work that fails, is none for other networks, and leaves no file', async () => {
    const failing = withNetworkLock('ape', { folder }, async () => {
      await withNetworkLock('zebra', { folder }, async () => {
        throw new Error('no');
      });
    });
    await expect(failing).rejects.toThrow('no');
    expect(await withNetworkLock('ape', { folder }, async () => 'in')).toBe('in');
    expect(await readdir(folder)).toEqual([]);
  });

  it('brings to its end what was decided before its holder was killed', async () => {
    await put('ape');
    await rename(join(folder, 'ape.onnx'), join(folder, '.ape.next.onnx'));
    await rename(join(folder, 'ape.json'), join(folder, '.ape.next.json'));
    await withNetworkLock('ape', { folder }, async () => {
      expect((await listStored(folder)).map(({ path }) => path)).toEqual([join(folder, 'ape.onnx')]);
    });
    expect((await readdir(folder)).sort()).toEqual(['ape.json', 'ape.onnx']);
  });

  it('can be given up waiting for', async () => {
    const controller = new AbortController();
    await withNetworkLock('ape', { folder }, async () => {
      const options = { folder, signal: controller.signal, onWait: () => controller.abort() };
      await expect(withNetworkLock('ape', options, async () => 1)).rejects.toMatchObject({
        name: 'AbortError',
      });
    });
  });
});

describe('chooseNetworks with a store', () => {
  const choose = (
    classes: string[] | undefined,
    model: { network: string } = auto,
    map?: [string, string][],
  ) =>
    chooseNetworks(classes, model, auto, {
      modelsDir: folder,
      classMap: map && { path: 'map.csv', targets: new Map(map) },
    });

  it('takes inception-v3 for features once it is there', async () => {
    await put('other');
    expect((await choose(undefined)).model.name).toBe('inception-cifar10');
    await put('inception-v3');
    expect((await choose(undefined)).model.name).toBe('inception-v3');
    expect((await choose(undefined, { network: 'inception-cifar10' })).model.name).toBe('inception-cifar10');
  });

  it('looks for a classifier in the model, the embedded networks, the store', async () => {
    await put('colors', { classes: ['red', 'cat'], synsets: ['n00000001', 'n00000002'] });
    expect((await choose(['cat'])).classifier?.name).toBe('inception-cifar10');
    expect((await choose(['cat'], { network: 'colors' })).classifier?.name).toBe('colors');
    expect((await choose(['cat', 'red'])).classifier?.name).toBe('colors');
    const { classifier, classColumns, warning } = await choose(['n00000002']);
    expect([classifier?.name, classColumns?.columns, warning]).toEqual([
      'colors',
      Int32Array.of(1),
      undefined,
    ]);
  });

  it('says where class accuracy comes from if the model’s classes need a map', async () => {
    await put('inception-v3', { classesNeedMap: true });
    expect((await choose(['red', 'green'])).reason).toContain('"ganeval models pull inception-v3-imagenet"');
    // Another file, since a network of the same weights is the same network.
    const other = tinyNetwork({ names: ['features', 'logits'], opset: 19 });
    const card = { ...tinyCard('inception-v3-imagenet', other), classes: ['red', 'green'] };
    await storeNetwork(card, other, folder);
    const { model, classifier, warning } = await choose(['red', 'green']);
    expect([model.name, classifier?.name]).toEqual(['inception-v3', 'inception-v3-imagenet']);
    expect(warning).toBe(
      'The classes of inception-v3 are in an order of their own and need --class-map: without one, class accuracy comes from inception-v3-imagenet.',
    );
  });

  it('takes numbers for columns of such a model only by a map', async () => {
    await put('inception-v3', { classesNeedMap: true });
    expect((await choose(['5', '77'])).classifier).toBeUndefined();
    const { classifier, classColumns, warning } = await choose(['5', '77'], auto, [
      ['5', '1'],
      ['77', '0'],
    ]);
    expect([classifier?.name, warning]).toEqual(['inception-v3', undefined]);
    expect(classColumns).toEqual({ columns: Int32Array.of(1, 0), matchedBy: 'map' });
    expect((await choose(['5', '6'], auto, [['5', '1']])).reason).toBe(
      'map.csv doesn\'t name the class "6".',
    );
  });

  it('says how to get a network of the catalogue', async () => {
    await expect(openNetwork('inception-v3', {}, folder)).rejects.toThrow(
      'inception-v3 is not in the store yet: fetch it with "ganeval models pull inception-v3"',
    );
  });

  it('opens no network that it does not need', async () => {
    const { path } = await put('broken', { classes: ['red', 'green'] });
    await rm(path);
    await mkdir(path);
    expect((await choose(['cat'])).classifier?.name).toBe('inception-cifar10');
  });
});
