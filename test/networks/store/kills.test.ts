import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openNetwork } from '../../../src/networks/network.js';
import {
  listStored,
  type StoredNetwork,
  storeNetwork,
  withNetworkLock,
} from '../../../src/networks/store/store.js';
import { storeModel } from '../../../src/networks/store/store-model.js';
import { OUTSIDE_CARD, outsideNetwork } from '../outside-network.js';
import { tinyCard } from '../tiny-card.js';
import { tinyNetwork } from '../tiny-network.js';

const DIST = join(import.meta.dirname, '../../../dist');
const STORE = join(DIST, 'networks/store/store.js');
const IMPORT = join(DIST, 'networks/import/import-network.js');
const KILL_AT = pathToFileURL(join(import.meta.dirname, '../../storage/kill-at.js')).href;

const old = tinyNetwork();
const other = tinyNetwork({ names: ['a', 'b'] });
const otherCard = { ...tinyCard('ape', other), outputs: { features: { name: 'a', width: 3 } } };

let base: string;
let folder: string;
/** A network whose large weights are in a file of their own, also in the store. */
let large: StoredNetwork;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'ganeval-store-'));
  folder = join(base, 'store');
  await writeFile(join(base, 'card.json'), JSON.stringify(otherCard));
  await writeFile(join(base, 'model.onnx'), other);
  large = await putLarge(join(base, 'source'), 1);
});
afterEach(() => rm(base, { recursive: true, force: true }));

function putLarge(modelsDir: string, seed: number): Promise<StoredNetwork> {
  const options = { name: 'ape', modelsDir, maxInFile: 0 };
  return storeModel(outsideNetwork(seed), options, async ({ sha256, weights }) => {
    return { ...OUTSIDE_CARD, name: 'ape', sha256, weights };
  });
}

/** Puts the large network into the store, in a process of its own. */
function importLarge(preload: Readonly<Record<string, string>>): NodeJS.Signals | number | null {
  const script = `
    const { importNetwork } = await import(${JSON.stringify(IMPORT)});
    const [base, folder] = process.argv.slice(1);
    await importNetwork(base + '/source/ape.onnx', 'ape', { modelsDir: folder }, 0);`;
  const import_ = `${KILL_AT}?${new URLSearchParams({ under: folder, ...preload })}`;
  const args = ['--import', import_, '--input-type=module', '-e', script, base, folder];
  const { signal, status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  return signal ?? status;
}

describe('an import that is killed', () => {
  it('at any change to the disk leaves a whole network, and nothing that the import of another one does not remove', async () => {
    await putLarge(folder, 2);
    const before = await filesOf(folder);
    const { sha256: ofOld } = await openNetwork('ape', {}, folder);
    const list = join(base, 'list');
    expect(importLarge({ list })).toBe(0);
    const after = await filesOf(folder);
    const { sha256: ofNew } = await openNetwork('ape', {}, folder);
    expect([before.length, after.length]).toEqual([3, 3]);
    expect(ofNew).toBe(large.card.sha256);
    const changes = (await readFile(list, 'utf8')).split('\n').length;
    expect(changes).toBeGreaterThan(20);
    for (let at = 1; at <= changes; at++) {
      await rm(folder, { recursive: true });
      await putLarge(folder, 2);
      expect(importLarge({ at: String(at) })).toBe('SIGKILL');
      const { sha256 } = await openNetwork('ape', {}, folder);
      expect([ofOld, ofNew]).toContain(sha256);
      importAnother(folder);
      const others = ['cat.json', 'cat.onnx'];
      expect(await filesOf(folder)).toEqual([...(sha256 === ofOld ? before : after), ...others].sort());
      expect((await openNetwork('ape', {}, folder)).sha256).toBe(sha256);
    }
  }, 300_000);
});

async function filesOf(place: string): Promise<string[]> {
  return (await readdir(place)).sort();
}

/** The import of another network, in a process of its own. */
function importAnother(store: string): void {
  const script = `
    import { readFile } from 'node:fs/promises';
    const { storeNetwork, withNetworkLock } = await import(${JSON.stringify(STORE)});
    const [base, folder] = process.argv.slice(1);
    const card = { ...JSON.parse(await readFile(base + '/card.json', 'utf8')), name: 'cat' };
    const model = await readFile(base + '/model.onnx');
    await withNetworkLock('cat', { folder }, () => storeNetwork(card, model, folder));`;
  spawnSync(process.execPath, ['--input-type=module', '-e', script, base, store], { stdio: 'inherit' });
}

describe('a network that is replaced while it is read', () => {
  it('is the old one or the new one, and never missing', async () => {
    await storeNetwork(tinyCard('ape', old), old, folder);
    let isDone = false;
    const replacing = (async () => {
      for (let i = 0; !isDone; i++) {
        await withNetworkLock('ape', { folder }, () =>
          i % 3 === 0 ? storeNetwork(tinyCard('ape', old), old, folder) : putLarge(folder, i % 3),
        );
      }
    })();
    try {
      for (let i = 0; i < 60; i++) {
        const { sha256, card } = await openNetwork('ape', {}, folder);
        expect(card.sha256).toBe(sha256);
        expect(await listStored(folder)).toHaveLength(1);
      }
    } finally {
      isDone = true;
      await replacing;
    }
  }, 60_000);
});
