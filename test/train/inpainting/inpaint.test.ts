import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readNpz } from '../../../src/archives/npz.js';
import { inpaintingSchema } from '../../../src/documents/trained/inpainting.js';
import { pathsOf } from '../../../src/train/adversarial/run-folder.js';
import { inpaint } from '../../../src/train/inpaint.js';
import type { InpaintOptions } from '../../../src/train/inpainting/inpaint-options.js';
import { readCheckpoint } from '../../../src/train/loop/checkpoint.js';
import { sample } from '../../../src/train/sample.js';
import { trainGan } from '../../../src/train/train-gan.js';
import { writeClassFolders } from '../classifier/class-folders.js';
import { colorSet } from '../classifier/tiny.js';

const disk = vi.hoisted(() => ({ isFull: false }));
vi.mock('../../../src/archives/npz.js', async (load) => {
  const npz = await load<typeof import('../../../src/archives/npz.js')>();
  const fail = () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
  const write: typeof npz.writeStreamedNpz = (...all) =>
    disk.isFull ? fail() : npz.writeStreamedNpz(...all);
  return { ...npz, writeStreamedNpz: write };
});

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
const SHARED = { backend: 'onnx', device: 'cpu', threads: 1 } as const;
const SMALL = { generatorUnits: 8, discriminatorUnits: 4, latentWidth: 3, batchSize: 6, width: 1 };

const train = (out: string, settings: Record<string, unknown>, steps: number, more: object = {}) =>
  trainGan('gan', {
    ...SHARED,
    ...{ out: at(out), pictures: at('pictures'), cacheDir: at('cache') },
    ...{ steps, settings: { ...SMALL, ...settings }, ...more },
  });

const complete = (run: string, out: string, changes: Partial<InpaintOptions> = {}) =>
  inpaint(at(run), {
    ...SHARED,
    ...{ out: at(out), pictures: at('others'), cacheDir: at('cache'), count: 4, completions: 3, seed: 1 },
    ...changes,
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-inpaint-'));
  await writeClassFolders(at('pictures'), colorSet(24, 28, 1));
  await writeClassFolders(at('others'), colorSet(6, 28, 1, 6));
  await train('parts', { inpaint: true }, 10);
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

it('ten steps, stopped after four and resumed, are the same to the bit, and can be sampled', async () => {
  await train('stopped', { inpaint: true }, 4);
  await train('stopped', { inpaint: true }, 10, { resume: true });
  const [whole, stopped] = await Promise.all(
    ['parts', 'stopped'].map((name) => readCheckpoint(pathsOf(at(name)).checkpoint)),
  );
  expect(stopped?.tensors).toEqual(whole?.tensors);
  await sample(at('parts'), { ...SHARED, count: 2, out: at('drawn') });
  expect(await readdir(at('drawn'))).toEqual(['00000.png', '00001.png']);
});

it('writes the grid, all completions with their masks, and the errors', async () => {
  const result = await complete('parts', 'done');
  expect(inpaintingSchema.parse(JSON.parse(await readFile(at('done', 'inpainting.json'), 'utf8')))).toEqual(
    result,
  );
  expect(result).toMatchObject({
    mask: 'mixed',
    completions: 3,
    pictures: { n: 4, available: 6, isTrainingSet: false },
  });
  expect(result.difference.value).toBeCloseTo(result.mse.value - result.baseline.value, 12);
  // Rows of four pictures: what is known, three completions, the original.
  const png = await readFile(at('done', 'completions.png'));
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([5 * 28, 4 * 28]);

  const { masks, completions } = await readNpz(at('done', 'completions.npz'), [
    'masks',
    'completions',
    'rows',
  ]);
  expect(completions.shape).toEqual([4, 3, 28, 28, 1]);
  const known = (masks.data as Uint8Array).reduce((sum, each) => sum + each, 0) / masks.data.length;
  expect(result.predicted).toBeCloseTo(1 - known, 12);
  expect(await complete('parts', 'again')).toEqual(result);
});

it('tells one sentence, and loses nothing', async () => {
  await train('plain', {}, 1);
  await train('classes', { inpaint: true, conditional: true }, 1);
  const box = { x: 0, y: 0, width: 29, height: 1 };
  await expect(complete('plain', 'new')).rejects.toThrow(/was not trained to complete pictures/);
  await expect(complete('parts', 'new', { box })).rejects.toThrow(/beyond the pictures, which are 28×28/);
  await expect(complete('parts', 'new', { className: 'red' })).rejects.toThrow(/takes none/);
  await expect(complete('classes', 'new', { className: 'x' })).rejects.toThrow(/it has blue, green, red/);
  await expect(complete('parts', 'new', { count: 1 })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('give 2 or more with -n'),
  });
  await expect(complete('parts', 'parts')).rejects.toThrow(/is not empty/);
  expect(await readdir(folder)).not.toContain('new');
  expect((await complete('classes', 'labels')).mse.n).toBe(4);
});

it('leaves nothing where the disk is full, and runs again', async () => {
  disk.isFull = true;
  const before = await readdir(folder);
  await expect(complete('parts', 'full')).rejects.toThrow(`Cannot write to ${at('full')}: the disk is full`);
  expect(await readdir(folder)).toEqual(before);
  disk.isFull = false;
  expect((await complete('parts', 'full')).mse.n).toBe(4);
  expect(await readdir(at('full'))).toEqual(['completions.npz', 'completions.png', 'inpainting.json']);
});
