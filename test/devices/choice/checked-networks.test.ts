import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';

const cacheDir = mkdtempSync(join(tmpdir(), 'ganeval-checked-'));
const file = join(cacheDir, 'checked-networks.json');

/** As a new process would: what the one before knew is only in the file. */
async function distanceOfNewProcess(identity: string, measured: number) {
  vi.resetModules();
  const { distanceOnce } = await import('../../../src/devices/choice/checked-networks.js');
  const measure = vi.fn(async () => measured);
  const distance = await distanceOnce({ device: 'webgpu', identity, cacheDir }, measure);
  return { distance, times: measure.mock.calls.length };
}

it('measures a network once for a state of the machine', async () => {
  expect(await distanceOfNewProcess('a', 1e-7)).toEqual({ distance: 1e-7, times: 1 });
  expect(await distanceOfNewProcess('a', 1)).toEqual({ distance: 1e-7, times: 0 });
  expect(await distanceOfNewProcess('b', 0.5)).toEqual({ distance: 0.5, times: 1 });
  expect(JSON.parse(readFileSync(file, 'utf8')).checked).toHaveLength(2);
});

it('measures again where the file is junk, and replaces it', async () => {
  writeFileSync(file, '{"schema": "ganeval/checked-networks@1", "checked": [{"key": "x", "distance": 0}]}');
  expect(await distanceOfNewProcess('a', 2e-7)).toEqual({ distance: 2e-7, times: 1 });
  expect(JSON.parse(readFileSync(file, 'utf8')).checked).toHaveLength(1);
});

it('keeps so many at most', async () => {
  const key = (i: number) => i.toString(16).padStart(64, '0');
  const checked = Array.from({ length: 1024 }, (_, i) => ({ key: key(i), distance: 0 }));
  writeFileSync(file, JSON.stringify({ schema: 'ganeval/checked-networks@1', checked }));
  await distanceOfNewProcess('c', 0);
  const kept = JSON.parse(readFileSync(file, 'utf8')).checked;
  expect(kept).toHaveLength(1024);
  expect(kept[1].key).toBe(key(0));
});
