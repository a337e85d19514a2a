import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { score } from '../../src/evaluate/score.js';
import { FIXTURE } from './pictures.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-damaged-cache-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The folders of the shards that hold features. */
async function listShards(): Promise<string[]> {
  const files = await readdir(join(folder, 'features'), { recursive: true });
  const tables = files.filter((file) => file.endsWith('features.npy')).sort();
  return tables.map((file) => join(folder, 'features', dirname(file)));
}

test('shards that are swapped or damaged on disk change no number, and one note tells of them', async () => {
  const notes: string[] = [];
  const onNote = (note: string) => notes.push(note);
  const input = {
    samples: join(FIXTURE, 'cat'),
    reference: join(FIXTURE, 'dog'),
    metrics: ['fid', 'kid'],
    cacheDir: folder,
    threads: 1,
  };
  const { run: _, ...sound } = await score(input, { onNote });
  const [first, second] = await listShards();
  await rename(first, `${first}-aside`);
  await rename(second, first);
  await rename(`${first}-aside`, second);
  const { run, ...swapped } = await score(input, { onNote });
  expect(swapped).toEqual(sound);
  expect(run.picturesFromCache).toBe(0);
  expect(notes).toEqual([
    expect.stringMatching(/^2 shards of features in .* were damaged, or not what the name says/),
  ]);
  const table = join(first, 'features.npy');
  const bytes = await readFile(table);
  bytes[bytes.length - 2] ^= 8;
  await writeFile(table, bytes);
  const { run: third, ...flipped } = await score(input, { onNote });
  expect(flipped).toEqual(sound);
  expect(third.picturesFromCache).toBeGreaterThan(0);
  expect(notes.slice(1)).toEqual([expect.stringMatching(/^One shard of features/)]);
  const { run: last } = await score(input, { onNote });
  expect(last.picturesExtracted).toBe(0);
  expect(notes).toHaveLength(2);
});
