import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NetworkError } from '../../src/core/errors.js';
import { makeFamily, sample, trainGan } from '../../src/train/index.js';
import { toyFamily } from './adversarial/toy-family.js';
import { writeClassFolders } from './classifier/class-folders.js';
import { colorSet } from './classifier/tiny.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-own-'));
  await writeClassFolders(join(folder, 'pictures'), colorSet(24, 8));
});
afterAll(() => rm(folder, { recursive: true }));

const { settings } = toyFamily.presets.classes;
const family = makeFamily({
  name: 'own',
  size: 8,
  channels: 3,
  epochs: 2,
  create: (form, seed) => toyFamily.create(settings, form, seed),
});
const COMPUTING = { backend: 'onnx', device: 'cpu', threads: 1 } as const;

it('a family of one’s own trains, resumes and is sampled as the papers are', async () => {
  const out = join(folder, 'run');
  const options = { ...COMPUTING, out, pictures: join(folder, 'pictures'), cacheDir: join(folder, 'cache') };
  expect((await trainGan(family, options)).steps).toBe(12);
  expect((await trainGan(family, { ...options, steps: 14, resume: true })).steps).toBe(14);
  const samples = join(folder, 'samples');
  const drawn = await sample(out, { ...COMPUTING, family, count: 6, out: samples });
  expect(drawn).toMatchObject({ count: 6, step: 14, classes: ['blue', 'green', 'red'] });
  expect((await readdir(samples)).sort()).toEqual(['blue', 'green', 'red']);
  const without = sample(out, { ...COMPUTING, count: 6, out: join(folder, 'none') });
  await expect(without).rejects.toThrow(NetworkError);
});
