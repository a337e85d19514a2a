import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openNetwork } from '../../../src/networks/network.js';
import { listStored, storeNetwork, withNetworkLock } from '../../../src/networks/store/store.js';
import { tinyCard } from '../tiny-card.js';
import { tinyNetwork } from '../tiny-network.js';

const STORE = join(import.meta.dirname, '../../../dist/networks/store/store.js');
const KILL_AT = pathToFileURL(join(import.meta.dirname, '../../storage/kill-at.js')).href;

const old = tinyNetwork();
const other = tinyNetwork({ names: ['a', 'b'] });
const otherCard = { ...tinyCard('ape', other), outputs: { features: { name: 'a', width: 3 } } };

let base: string;
let folder: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'ganeval-store-'));
  folder = join(base, 'store');
  await writeFile(join(base, 'card.json'), JSON.stringify(otherCard));
  await writeFile(join(base, 'model.onnx'), other);
});
afterEach(() => rm(base, { recursive: true, force: true }));

/** Puts the other network into the store as an import does, in a process of its own. */
function importOther(preload: Readonly<Record<string, string>>): NodeJS.Signals | number | null {
  const script = `
    import { readFile } from 'node:fs/promises';
    const { storeNetwork, withNetworkLock } = await import(${JSON.stringify(STORE)});
    const [base, folder] = process.argv.slice(1);
    const card = JSON.parse(await readFile(base + '/card.json', 'utf8'));
    const model = await readFile(base + '/model.onnx');
    await withNetworkLock('ape', { folder }, () => storeNetwork(card, model, folder));`;
  const import_ = `${KILL_AT}?${new URLSearchParams({ under: folder, ...preload })}`;
  const args = ['--import', import_, '--input-type=module', '-e', script, base, folder];
  const { signal, status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  return signal ?? status;
}

describe('an import that is killed', () => {
  it('at any change to the disk leaves a whole network, and nothing that the import of another one does not remove', async () => {
    await storeNetwork(tinyCard('ape', old), old, folder);
    const list = join(base, 'list');
    expect(importOther({ list })).toBe(0);
    const changes = (await readFile(list, 'utf8')).split('\n').length;
    expect(changes).toBeGreaterThan(15);
    for (let at = 1; at <= changes; at++) {
      await rm(folder, { recursive: true });
      await storeNetwork(tinyCard('ape', old), old, folder);
      expect(importOther({ at: String(at) })).toBe('SIGKILL');
      const { sha256 } = await openNetwork('ape', {}, folder);
      expect([tinyCard('ape', old).sha256, otherCard.sha256]).toContain(sha256);
      importAnother(folder);
      expect((await readdir(folder)).sort()).toEqual(['ape.json', 'ape.onnx', 'cat.json', 'cat.onnx']);
      expect((await openNetwork('ape', {}, folder)).sha256).toBe(sha256);
    }
  }, 300_000);
});

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
        const [card, model] = i % 2 === 0 ? [otherCard, other] : [tinyCard('ape', old), old];
        await withNetworkLock('ape', { folder }, () => storeNetwork(card, model, folder));
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
