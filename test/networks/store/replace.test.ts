import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openNetwork } from '../../../src/networks/network.js';
import {
  listStored,
  removeStored,
  storeNetwork,
  withNetworkLock,
} from '../../../src/networks/store/store.js';
import { storeModel } from '../../../src/networks/store/store-model.js';
import { isTemporaryName } from '../../../src/storage/leftovers.js';
import { OUTSIDE_CARD, outsideNetwork } from '../outside-network.js';
import { tinyCard } from '../tiny-card.js';
import { tinyNetwork } from '../tiny-network.js';

/** What happens at the step of this number, of all that change the disk; nothing at 0. */
const fault = vi.hoisted(() => ({ at: 0, steps: 0, code: 'ENOSPC', isKill: false, isDead: false }));
/** A file whose presence the disk can't tell. */
const unknown = vi.hoisted(() => ({ path: '' }));

vi.mock('node:fs/promises', async (load) => {
  const real = await load<typeof import('node:fs/promises')>();
  const step = <Arguments extends unknown[], Result>(work: (...args: Arguments) => Promise<Result>) => {
    return async (...args: Arguments) => {
      fault.steps++;
      const isNow = fault.steps === fault.at;
      if (isNow && fault.isKill) fault.isDead = true;
      // A process that was killed does nothing afterwards, and removes nothing.
      if (isNow || fault.isDead) throw Object.assign(new Error('no space left'), { code: fault.code });
      return work(...args);
    };
  };
  const open = async (...args: Parameters<typeof real.open>) => {
    const file = await real.open(...args);
    file.writeFile = step(file.writeFile.bind(file));
    file.write = step(file.write.bind(file)) as typeof file.write;
    file.sync = step(file.sync.bind(file));
    return file;
  };
  // A full disk does not keep files from being removed, but a killed process doesn't come to it.
  const remove: typeof real.rm = async (...args) => {
    if (!fault.isDead) await real.rm(...args);
  };
  const access: typeof real.access = async (path, mode) => {
    if (path === unknown.path) throw Object.assign(new Error('the disk fails'), { code: 'EIO' });
    return real.access(path, mode);
  };
  return { ...real, access, open: step(open), rename: step(real.rename), rm: remove };
});

const old = tinyNetwork();
const other = tinyNetwork({ names: ['a', 'b'] });
const otherCard = { ...tinyCard('ape', other), outputs: { features: { name: 'a', width: 3 } } };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-replace-'));
  Object.assign(fault, { at: 0, steps: 0, code: 'ENOSPC', isKill: false, isDead: false });
  unknown.path = '';
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The rename of the second file decides: up to it the old network stays. */
const DECIDED = 10;
const FOLDER_STEPS = [5, 6];

/** The steps of a replacement on a sound disk. */
async function countSteps(): Promise<number> {
  await storeNetwork(tinyCard('ape', old), old, folder);
  fault.steps = 0;
  await storeNetwork(otherCard, other, folder);
  return fault.steps;
}

/** Imports over the old network with a fault at a step. */
async function replaceWithFault(at: number, isKill: boolean): Promise<void> {
  Object.assign(fault, { at: 0, isDead: false });
  await storeNetwork(tinyCard('ape', old), old, folder);
  Object.assign(fault, { at, steps: 0, isKill });
  await storeNetwork(otherCard, other, folder).catch(() => undefined);
  Object.assign(fault, { at: 0, isDead: false });
}

/** Which network is there; it must be one of the two, and it must load. */
async function whichLoads(): Promise<'old' | 'new'> {
  const [{ card, path }, ...more] = await listStored(folder);
  expect(more).toEqual([]);
  const bytes = await readFile(path);
  const is = bytes.equals(Buffer.from(old)) ? 'old' : 'new';
  const isOld = is === 'old';
  expect(bytes).toEqual(Buffer.from(isOld ? old : other));
  expect(card.sha256).toBe((isOld ? tinyCard('ape', old) : otherCard).sha256);
  expect(await openNetwork('ape', {}, folder)).toMatchObject({ name: 'ape', sha256: card.sha256 });
  return is;
}

/** Puts a network into the store whose large weights are in a file of their own. */
async function putLarge(seed: number): Promise<void> {
  const options = { name: 'ape', modelsDir: folder, maxInFile: 0 };
  await storeModel(outsideNetwork(seed), options, async ({ sha256, weights }) => {
    return { ...OUTSIDE_CARD, name: 'ape', sha256, weights };
  });
}

describe('a network with a file of weights that is imported again', () => {
  /** Digests of the old network and of the new one. */
  const digests: string[] = [];
  let steps = 0;
  beforeEach(async () => {
    digests.length = 0;
    for (const seed of [1, 2]) {
      fault.steps = 0;
      await putLarge(seed);
      steps = fault.steps;
      digests.push((await openNetwork('ape', {}, folder)).sha256);
    }
  });

  /** Imports the new one over the old one with a fault at a step, and says which is there. */
  async function importOver(at: number, isKill: boolean): Promise<'old' | 'new'> {
    Object.assign(fault, { at: 0, isDead: false });
    await putLarge(1);
    // Of what was made in vain at the step before, nothing is left then.
    expect((await readdir(folder)).filter((name) => name.endsWith('.weights'))).toHaveLength(1);
    Object.assign(fault, { at, steps: 0, isKill });
    await putLarge(2).catch(() => undefined);
    Object.assign(fault, { at: 0, isDead: false });
    const { sha256, outside } = await openNetwork('ape', {}, folder);
    expect(outside?.files).toHaveLength(1);
    expect(digests).toContain(sha256);
    return sha256 === digests[0] ? 'old' : 'new';
  }

  it('stays as it was where the disk is full at any write, and nothing is left over', async () => {
    const found: string[] = [];
    for (let at = 1; at <= steps; at++) found.push(await importOver(at, false));
    expect(found[0]).toBe('old');
    expect(found.at(-1)).toBe('new');
  }, 60_000);

  it('is the old or the new one after a kill at any step, and can be replaced again', async () => {
    const found: string[] = [];
    for (let at = 1; at <= steps; at++) {
      found.push(await importOver(at, true));
      await putLarge(2);
      const left = (await readdir(folder)).filter((name) => !isTemporaryName(name));
      expect(left).toHaveLength(3);
    }
    expect(found).toEqual(found.toSorted().reverse());
    expect(new Set(found)).toEqual(new Set(['old', 'new']));
  }, 60_000);
});

describe('a network that is imported again', () => {
  it('stays as it was where the disk is full at any write, and nothing is left over', async () => {
    const steps = await countSteps();
    // Two files, each opened, written, forced to the disk and renamed, and two renames to their places; after each, their folder is
    // opened and forced to the disk, and the second file counts from its rename on.
    expect(steps).toBe(16);
    for (let at = 1; at <= steps; at++) {
      await replaceWithFault(at, false);
      // A folder that can't be forced to the disk is no reason to fail.
      const isOld = at <= DECIDED && !FOLDER_STEPS.includes(at);
      expect(await whichLoads()).toBe(isOld ? 'old' : 'new');
      if (isOld) expect((await readdir(folder)).sort()).toEqual(['ape.json', 'ape.onnx']);
    }
  });

  it('is whole where the disk fails at any write, also after the name that decides', async () => {
    const steps = await countSteps();
    for (let at = 1; at <= steps; at++) {
      fault.code = 'EIO';
      await replaceWithFault(at, false);
      await whichLoads();
    }
  });

  it('is not brought to its end where the disk cannot say what is there', async () => {
    await replaceWithFault(DECIDED + 3, true);
    unknown.path = join(folder, '.ape.next.onnx');
    await expect(storeNetwork(otherCard, other, folder)).rejects.toThrow();
    unknown.path = '';
    expect(await whichLoads()).toBe('new');
  });

  it('is the old or the new one after a kill at any step, and can be replaced again', async () => {
    const steps = await countSteps();
    for (let at = 1; at <= steps; at++) {
      await replaceWithFault(at, true);
      expect(await whichLoads()).toBe(at <= DECIDED ? 'old' : 'new');
      await storeNetwork(otherCard, other, folder);
      expect(await whichLoads()).toBe('new');
      expect((await readdir(folder)).filter((name) => !isTemporaryName(name))).toEqual([
        'ape.json',
        'ape.onnx',
      ]);
    }
  });

  it('is left alone by an import that was paused so long that another took its place', async () => {
    await storeNetwork(tinyCard('ape', old), old, folder);
    const late = withNetworkLock('ape', { folder }, async (requireLock) => {
      // As another machine does, which can't know that this process lives.
      await rm(join(folder, '.ape.lock'), { recursive: true });
      return storeNetwork(otherCard, other, folder, requireLock);
    });
    await expect(late).rejects.toThrow(/took over the import of ape while this one was paused/);
    expect(await whichLoads()).toBe('old');
    expect((await readdir(folder)).sort()).toEqual(['ape.json', 'ape.onnx']);
  });

  it('is left alone by an import that was paused as it wrote, with the files of the one that took its place', async () => {
    await storeNetwork(tinyCard('ape', old), old, folder);
    const lost = async () => {
      if (!(await readdir(folder)).some(isTemporaryName)) return;
      // What the other one has decided.
      await writeFile(join(folder, '.ape.next.onnx'), 'theirs');
      throw new Error('taken over');
    };
    await expect(storeNetwork(otherCard, other, folder, lost)).rejects.toThrow('taken over');
    expect(await whichLoads()).toBe('old');
    expect(await readdir(folder)).not.toContainEqual(expect.stringMatching(/\.tmp$/));
  });

  it('is removed whole, even in the middle of a replacement', async () => {
    await replaceWithFault(DECIDED + 4, true);
    await removeStored('ape', folder);
    expect(await readdir(folder)).toEqual([]);
  });
});
