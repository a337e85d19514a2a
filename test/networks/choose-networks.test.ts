import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NetworkError } from '../../src/core/errors.js';
import { nameNumberedClasses } from '../../src/networks/cards/class-map.js';
import { chooseNetworks } from '../../src/networks/choose-networks.js';
import { storeNetwork } from '../../src/networks/store/store.js';

import { tinyCard } from './tiny-card.js';
import { tinyNetwork } from './tiny-network.js';

const auto = { network: 'auto' } as const;
let folder: string;
let colors: { network: string; options: { normalize: '[0,1]'; classes: string[] } };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-networks-'));
  const network = join(folder, 'colors.onnx');
  await writeFile(network, tinyNetwork());
  colors = { network, options: { normalize: '[0,1]', classes: ['red', 'green'] } };
});
afterAll(() => rm(folder, { recursive: true }));

describe('chooseNetworks', () => {
  it('takes the embedded network for both where it knows the classes', async () => {
    const { model, classifier, classColumns } = await chooseNetworks(['ship', 'cat'], auto, auto);
    expect(model.name).toBe('inception-cifar10');
    expect(classifier).toBe(model);
    expect(classColumns?.columns).toEqual(Int32Array.of(8, 3));
  });

  it('takes another known network where the model does not know the classes', async () => {
    const { model, classifier } = await chooseNetworks(['ship', 'cat'], colors, auto);
    expect(model.name).toBe('colors');
    expect(classifier?.name).toBe('inception-cifar10');
  });

  it('prefers the model that was named', async () => {
    const { classifier } = await chooseNetworks(['green'], colors, auto);
    expect(classifier?.name).toBe('colors');
  });

  it('takes numbers for the names of a network that has such names, and says so', async () => {
    const modelsDir = join(folder, 'store');
    const bytes = tinyNetwork();
    const digits = { ...tinyCard('digits', bytes), classes: ['00', '07'] };
    await storeNetwork(digits, bytes, modelsDir);
    const chosen = await chooseNetworks(['07', '00'], auto, auto, { modelsDir });
    expect(chosen.classifier?.name).toBe('digits');
    expect(chosen.classColumns).toEqual({ columns: Int32Array.of(1, 0), matchedBy: 'name' });
    expect(chosen.warning).toContain('or name another network with --classifier');
    const cifar = { network: 'inception-cifar10' };
    const named = await chooseNetworks(['07', '00'], auto, cifar, { modelsDir });
    expect(named.classifier?.name).toBe('inception-cifar10');
    expect(named.classColumns?.matchedBy).toBe('index');
    // Who names the network of features says nothing of classes.
    expect((await chooseNetworks(['07', '00'], cifar, auto, { modelsDir })).classifier?.name).toBe('digits');
  });

  it('takes digits that --classes names for the classes of that network, not for columns of another', async () => {
    const digits = Array.from({ length: 10 }, (_, i) => String(i));
    const classMap = nameNumberedClasses('digits', [{ name: 'digits', classes: digits }]);
    const { classifier, model } = await chooseNetworks(digits, auto, auto, { classMap });
    expect([classifier?.name, model.name]).toEqual(['inception-mnist', 'inception-mnist']);
    const cifar = { network: 'inception-cifar10' };
    const named = await chooseNetworks(digits, auto, cifar, { classMap });
    expect(named.reason).toContain('inception-cifar10 doesn\'t know the class "0", "1", "2" and 7 more');
  });

  it('takes folders 0 to 9 for digits where the pictures are gray, and for no class where they have color', async () => {
    const classes = ['0', '1', '9'];
    const gray = await chooseNetworks(classes, auto, auto, { haveColor: async () => false });
    expect(gray.classifier?.name).toBe('inception-mnist');
    expect(gray.classColumns).toEqual({ columns: Int32Array.of(0, 1, 9), matchedBy: 'name' });
    // A score over the classes of other things would mean nothing.
    expect(gray.model).toBe(gray.classifier);
    const named = { network: 'inception-cifar10' };
    const other = await chooseNetworks(classes, named, auto, { haveColor: async () => false });
    expect(other.model.name).toBe('inception-cifar10');
    const colored = await chooseNetworks(classes, auto, auto, { haveColor: async () => true });
    expect(colored.classifier).toBeUndefined();
    expect(colored.reason).toBe(
      'The classes are numbers (0 to 9), which name no class of inception-cifar10: say what they are with --classes (--classes inception-cifar10, or names from 0 on with commas), or name the network whose columns they count with --classifier.',
    );
  });

  it('says why there is none', async () => {
    const chosen = await chooseNetworks(['ship', 'unicorn'], colors, auto);
    expect(chosen.classifier).toBeUndefined();
    expect(chosen.reason).toMatch(
      /^The network colors doesn't know the class "ship", "unicorn"\. The network inception-cifar10 doesn't know the class "unicorn"\./,
    );
    expect((await chooseNetworks(undefined, auto, auto)).reason).toBe('The samples have no labels.');
  });

  it('does not replace a named classifier by another', async () => {
    const chosen = await chooseNetworks(['ship'], auto, colors);
    expect(chosen.classifier).toBeUndefined();
    expect(chosen.reason).toContain('The network colors');
  });

  it('tells a mistake in a name even where it is not needed', async () => {
    await expect(chooseNetworks(undefined, auto, { network: 'nonsense' })).rejects.toThrow(NetworkError);
    await expect(chooseNetworks(undefined, { network: 'nonsense' }, auto)).rejects.toThrow(NetworkError);
  });
});
