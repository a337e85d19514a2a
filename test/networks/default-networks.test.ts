import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseNetworks } from '../../src/networks/default-networks.js';
import { storeNetwork } from '../../src/networks/store/store.js';
import { NetworkError } from '../../src/onnx/network-error.js';
import { tinyCard } from './tiny-card.js';
import { tinyNetwork } from './tiny-network.js';

const auto = { network: 'auto' } as const;
let folder: string;
let colours: { network: string; options: { normalise: '[0,1]'; classes: string[] } };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-networks-'));
  const network = join(folder, 'colours.onnx');
  await writeFile(network, tinyNetwork());
  colours = { network, options: { normalise: '[0,1]', classes: ['red', 'green'] } };
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
    const { model, classifier } = await chooseNetworks(['ship', 'cat'], colours, auto);
    expect(model.name).toBe('colours');
    expect(classifier?.name).toBe('inception-cifar10');
  });

  it('prefers the model that was named', async () => {
    const { classifier } = await chooseNetworks(['green'], colours, auto);
    expect(classifier?.name).toBe('colours');
  });

  it('takes numbers for the names of a network that has such names, and says so', async () => {
    const modelsDir = join(folder, 'store');
    const bytes = tinyNetwork();
    const digits = { ...tinyCard('digits', bytes), classes: ['00', '07'] };
    await storeNetwork(digits, bytes, modelsDir);
    const chosen = await chooseNetworks(['07', '00'], auto, auto, { modelsDir });
    expect(chosen.classifier?.name).toBe('digits');
    expect(chosen.classColumns).toEqual({ columns: Int32Array.of(1, 0), matchedBy: 'name' });
    expect(chosen.warning).toContain(
      'if they count the columns of inception-cifar10, name it with --classifier',
    );
    const named = await chooseNetworks(['07', '00'], { network: 'inception-cifar10' }, auto, { modelsDir });
    expect(named.classifier?.name).toBe('inception-cifar10');
    expect(named.classColumns?.matchedBy).toBe('index');
  });

  it('takes folders 0 to 9 for digits where the pictures are grey, and for columns where they have colour', async () => {
    const classes = ['0', '1', '9'];
    const grey = await chooseNetworks(classes, auto, auto, { haveColour: async () => false });
    expect(grey.classifier?.name).toBe('inception-mnist');
    expect(grey.classColumns).toEqual({ columns: Int32Array.of(0, 1, 9), matchedBy: 'name' });
    // A score over the classes of other things would mean nothing.
    expect(grey.model).toBe(grey.classifier);
    const named = { network: 'inception-cifar10' };
    const other = await chooseNetworks(classes, named, auto, { haveColour: async () => false });
    expect(other.model.name).toBe('inception-cifar10');
    const coloured = await chooseNetworks(classes, auto, auto, { haveColour: async () => true });
    expect(coloured.classifier?.name).toBe('inception-cifar10');
    expect(coloured.classColumns).toEqual({ columns: Int32Array.of(0, 1, 9), matchedBy: 'index' });
  });

  it('says why there is none', async () => {
    const chosen = await chooseNetworks(['ship', 'unicorn'], colours, auto);
    expect(chosen.classifier).toBeUndefined();
    expect(chosen.reason).toMatch(
      /^The network colours doesn't know the class "ship", "unicorn"\. The network inception-cifar10 doesn't know the class "unicorn"\./,
    );
    expect((await chooseNetworks(undefined, auto, auto)).reason).toBe('The samples have no labels.');
  });

  it('does not replace a named classifier by another', async () => {
    const chosen = await chooseNetworks(['ship'], auto, colours);
    expect(chosen.classifier).toBeUndefined();
    expect(chosen.reason).toContain('The network colours');
  });

  it('tells a mistake in a name even where it is not needed', async () => {
    await expect(chooseNetworks(undefined, auto, { network: 'nonsense' })).rejects.toThrow(NetworkError);
    await expect(chooseNetworks(undefined, { network: 'nonsense' }, auto)).rejects.toThrow(NetworkError);
  });
});
