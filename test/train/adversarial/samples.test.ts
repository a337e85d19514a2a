import { NetworkError, StorageError, UsageError } from '../../../src/core/errors.js';
import '@tensorflow/tfjs-backend-cpu';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setBackend } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNpz } from '../../../src/archives/npz.js';
import {
  folderOfClass,
  writeSampleArrays,
  writeSampleFolder,
  writeSampleZip,
} from '../../../src/generators/write-samples.js';
import { openImages } from '../../../src/images/open.js';
import { registerGradients } from '../../../src/tfjs-backend/gradients.js';
import { drawSamples, planOfAll, streamOf } from '../../../src/train/adversarial/draw-samples.js';
import { openGenerator, readRunCheckpoint } from '../../../src/train/adversarial/open-generator.js';
import { withRunFolder } from '../../../src/train/adversarial/run-folder.js';
import { picturesOfSet } from '../../../src/train/adversarial/run-pictures.js';
import { layOutGrid } from '../../../src/train/adversarial/sample-grid.js';
import { eagerBackend } from '../../../src/train/backend/training-backend.js';
import { findFamily } from '../../../src/train/families.js';
import { readSource } from '../../../src/train/pictures/labeled-set.js';
import { colorSet } from '../classifier/tiny.js';
import { runAdversarial } from './run-adversarial.js';
import { toyFamily } from './toy-family.js';

let folder: string;
const pictures = picturesOfSet(colorSet(45, 8), 'colors');

/** Trains a few steps into `<folder>/<name>`. */
async function train(name: string, settings: object): Promise<void> {
  const all = { ...toyFamily.presets.plain.settings, ...settings };
  const trainer = toyFamily.create(all, pictures.form, 7);
  const identity = {
    family: 'toy',
    settings: JSON.stringify(all),
    form: JSON.stringify(pictures.form),
    seed: '7',
  };
  await withRunFolder(join(folder, name), false, (paths) =>
    runAdversarial({
      trainer,
      pictures,
      paths,
      identity,
      seed: 7,
      length: { steps: 8 },
      resume: false,
      backend: eagerBackend('cpu'),
      checkpointMs: 1e9,
      gridEvery: 100,
    }),
  );
  trainer.dispose();
}

async function open(name: string) {
  const run = join(folder, name);
  return openGenerator(run, await readRunCheckpoint(run), async (wanted) =>
    wanted === 'toy' ? toyFamily : undefined,
  );
}

beforeAll(async () => {
  await setBackend('cpu');
  await registerGradients();
  folder = await mkdtemp(join(tmpdir(), 'ganeval-samples-'));
  await train('classes', { conditional: true });
  await train('plain', { noise: 'uniform' });
});
afterAll(() => rm(folder, { recursive: true }));

describe('samples', () => {
  it('are the same bytes in memory, in a folder, in an archive and in arrays', async () => {
    for (const name of ['classes', 'plain']) {
      const generator = await open(name);
      const plan = planOfAll(generator.form, generator.seed);
      const inMemory = await drawSamples(generator.trainer, generator.form, plan, 130);
      const stream = streamOf(generator, plan, 130, {});
      const out = join(folder, `${name}-samples`);
      await writeSampleFolder(out, stream);
      const source = await openImages(out);
      const read = await readSource(source, generator.form);
      await source.close();
      const order = source.entries.map(({ id }) => Number(/(\d+)\.png$/.exec(id)?.[1]));
      const bytes = 8 * 8 * 3;
      for (const [at, row] of order.entries()) {
        expect(read.pixels.subarray(at * bytes, (at + 1) * bytes)).toEqual(
          inMemory.pixels.subarray(row * bytes, (row + 1) * bytes),
        );
        const className = source.classNames?.[source.entries[at].label as number];
        expect(className).toBe(inMemory.classNames[inMemory.labels[row]]);
      }
      await writeSampleZip(`${out}.zip`, stream);
      const archived = await openImages(`${out}.zip`);
      expect(archived.classNames).toEqual(source.classNames);
      expect(archived.entries.map(({ label }) => label)).toEqual(source.entries.map(({ label }) => label));
      expect((await readSource(archived, generator.form)).pixels).toEqual(read.pixels);
      await archived.close();
      const once = await readFile(`${out}.zip`);
      await writeSampleZip(`${out}.zip`, stream);
      expect((await readFile(`${out}.zip`)).equals(once)).toBe(true);
      await writeSampleArrays(`${out}.npz`, stream);
      const names = name === 'classes' ? ['arr_0', 'arr_1'] : ['arr_0'];
      const arrays = await readNpz(`${out}.npz`, names);
      expect(arrays.arr_0.shape).toEqual([130, 8, 8, 3]);
      expect(arrays.arr_0.data).toEqual(inMemory.pixels);
      if (name === 'classes') expect(arrays.arr_1.data).toEqual(inMemory.labels);
      generator.trainer.dispose();
    }
  });

  it('do not depend on how many are drawn, and follow the seed and the class', async () => {
    const { trainer, form } = await open('classes');
    const draw = (seed: number, classes: number[], count: number) =>
      drawSamples(trainer, form, { seed, classes: Int32Array.from(classes) }, count);
    const [few, many] = [await draw(1, [0, 1, 2], 30), await draw(1, [0, 1, 2], 230)];
    expect(many.pixels.subarray(0, few.pixels.length)).toEqual(few.pixels);
    expect((await draw(2, [0, 1, 2], 30)).pixels).not.toEqual(few.pixels);
    const ones = await draw(1, [1], 30);
    expect([...new Set(ones.labels)]).toEqual([1]);
    const second = 8 * 8 * 3;
    expect(ones.pixels.subarray(second, 2 * second)).toEqual(few.pixels.subarray(second, 2 * second));
    expect(ones.pixels.subarray(0, second)).not.toEqual(few.pixels.subarray(0, second));
    trainer.dispose();
  });

  it('leave nothing where they are stopped, and nothing else untouched', async () => {
    const generator = await open('plain');
    const plan = planOfAll(generator.form, 1);
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    const stream = streamOf(generator, plan, 300, { signal: controller.signal, onProgress });
    const before = (await readdir(folder)).sort();
    await expect(writeSampleFolder(join(folder, 'stopped'), stream)).rejects.toThrow('aborted');
    await expect(writeSampleArrays(join(folder, 'stopped.npz'), stream)).rejects.toThrow('aborted');
    await expect(writeSampleZip(join(folder, 'stopped.zip'), stream)).rejects.toThrow('aborted');
    expect((await readdir(folder)).sort()).toEqual(before);
    await mkdir(join(folder, 'taken'));
    await writeFile(join(folder, 'taken', 'thesis.txt'), 'mine');
    await expect(writeSampleFolder(join(folder, 'taken'), stream)).rejects.toThrow(UsageError);
    expect(await readFile(join(folder, 'taken', 'thesis.txt'), 'utf8')).toBe('mine');
    // As training does.
    await expect(writeSampleFolder(join(folder, 'taken', 'thesis.txt'), stream)).rejects.toThrow(
      StorageError,
    );
    generator.trainer.dispose();
  });
});

describe('openGenerator', () => {
  it('refuses what is no checkpoint of a GAN, and one of other networks', async () => {
    await expect(readRunCheckpoint(join(folder, 'nowhere'))).rejects.toThrow(UsageError);
    const checkpoint = await readRunCheckpoint(join(folder, 'classes'));
    await expect(openGenerator('run', checkpoint, findFamily)).rejects.toThrow(NetworkError);
    const load = async () => toyFamily;
    const other = (changes: object) => ({
      ...checkpoint,
      identity: { ...checkpoint.identity, ...changes },
    });
    const plain = JSON.stringify({ ...toyFamily.presets.plain.settings, conditional: false });
    await expect(openGenerator('run', other({ settings: plain }), load)).rejects.toThrow(
      /does not fit the networks of this version \(expected means of \[1,192\]/,
    );
    await expect(openGenerator('run', other({ settings: '{"color":1}' }), load)).rejects.toThrow(
      /settings cannot be read/,
    );
    await expect(openGenerator('run', other({ form: 'x' }), load)).rejects.toThrow(/form cannot be read/);
  });
});

describe('layOutGrid', () => {
  it('moves the class along a row with z held, and z down a column with the class held', async () => {
    const { trainer, form } = await open('classes');
    const { columns, latents } = layOutGrid(trainer, form, 7);
    expect(columns).toBe(3);
    expect(latents.z).toHaveLength(10 * 3 * trainer.latentWidth);
    expect([...(latents.classes ?? [])].slice(0, 6)).toEqual([0, 1, 2, 0, 1, 2]);
    expect(latents.z.subarray(0, 2)).toEqual(latents.z.subarray(2, 4));
    expect(latents.z.subarray(0, 2)).not.toEqual(latents.z.subarray(6, 8));
    trainer.dispose();
  });
});

describe('folderOfClass', () => {
  it('keeps plain names, and makes safe and different ones of others', () => {
    expect(folderOfClass('gray wolf')).toBe('gray wolf');
    const odd = ['..', '.hidden', 'a/b', 'a%2Fb', 'a\\b', '\udc80'].map(folderOfClass);
    expect(odd).toEqual(['%2E.', '%2Ehidden', 'a%2Fb', 'a%252Fb', 'a%5Cb', '%DC80']);
  });
});
