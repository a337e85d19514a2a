import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImagesError } from '../../../src/core/errors.js';
import {
  openOwnImages,
  openRunPictures,
  type RunPictureChoice,
} from '../../../src/train/adversarial/open-pictures.js';
import { picturesOfSource } from '../../../src/train/adversarial/run-pictures.js';
import { writeClassFolders } from '../classifier/class-folders.js';
import { colorSet } from '../classifier/tiny.js';

let folder: string;
let choice: RunPictureChoice;
const form = { size: 8, channels: 3 } as const;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-pictures-'));
  await writeClassFolders(join(folder, 'all'), colorSet(12, 9));
  await writeClassFolders(join(folder, 'test'), colorSet(6, 9, 3, 9));
  await writeClassFolders(join(folder, 'two'), { ...colorSet(4, 9), labels: new Int32Array(4) });
  choice = { pictures: join(folder, 'all'), cacheDir: folder, preset: 'faces' };
});
afterAll(() => rm(folder, { recursive: true }));

const rows = Int32Array.of(3, 0, 3, 1);

describe('openRunPictures', () => {
  it('reads class folders in the form that was asked for', async () => {
    const { train } = await openRunPictures(choice, form, {});
    expect(train.form).toEqual({ ...form, classNames: ['blue', 'green', 'red'] });
    expect(train.count).toBe(12);
    const { pixels, labels } = await train.read(rows);
    expect(pixels).toHaveLength(4 * 8 * 8 * 3);
    expect([...labels]).toEqual([...rows].map((row) => train.labels[row]));
    expect(pixels.subarray(0, 192)).toEqual(pixels.subarray(384, 576));
  });

  it('takes a group of classes in the order in which they are named', async () => {
    const all = await openRunPictures(choice, form, {});
    const { train } = await openRunPictures({ ...choice, classes: ['red', 'blue'] }, form, {});
    expect([train.form.classNames, train.count]).toEqual([['red', 'blue'], 8]);
    expect(new Set(train.labels)).toEqual(new Set([0, 1]));
    expect(train.digest).not.toBe(all.train.digest);
    // The files of other classes are not even read.
    const spoiled = join(folder, 'spoiled');
    await writeClassFolders(spoiled, colorSet(12, 9));
    for (const file of await readdir(join(spoiled, 'green')))
      await writeFile(join(spoiled, 'green', file), 'no picture');
    const group = await openRunPictures({ ...choice, pictures: spoiled, classes: ['red', 'blue'] }, form, {});
    expect(group.train.digest).toBe(train.digest);
    for (const [classes, reason] of [
      [['red', 'pink'], /"pink", which is no class of/],
      [['red', 'red'], /"red" twice/],
    ] as const) {
      const opened = openRunPictures({ ...choice, classes }, form, {});
      await expect(opened).rejects.toThrow(reason);
    }
  });

  it('opens the test pictures, if their classes are the same', async () => {
    const opened = await openRunPictures({ ...choice, test: join(folder, 'test') }, form, {});
    expect((await opened.openTest?.())?.count).toBe(6);
    const other = await openRunPictures({ ...choice, test: join(folder, 'two') }, form, {});
    await expect(other.openTest?.()).rejects.toThrow(/classes of .*two are not those of/);
    expect((await openRunPictures(choice, form, {})).openTest).toBeUndefined();
  });

  it('says what to give where there is nothing to train on', async () => {
    const lacking = { ...choice, pictures: undefined };
    await expect(openRunPictures(lacking, form, {})).rejects.toThrow(/preset faces has no data set/);
    const nowhere = { ...choice, pictures: join(folder, 'nowhere') };
    await expect(openRunPictures(nowhere, form, {})).rejects.toThrow(ImagesError);
    await expect(openRunPictures({ ...choice, dataDir: folder }, form, {})).rejects.toThrow(/--data-dir/);
    const dataset = { ...lacking, dataset: 'mnist', test: folder } as const;
    await expect(openRunPictures(dataset, form, {})).rejects.toThrow(/--test/);
  });
});

describe('picturesOfSource', () => {
  it('decodes batch by batch what is read at once otherwise, to the same bytes', async () => {
    for (const classes of [undefined, ['red', 'blue']]) {
      const { train } = await openRunPictures({ ...choice, classes }, form, {});
      const lazy = await picturesOfSource(await openOwnImages(join(folder, 'all'), classes), form, {});
      try {
        expect(lazy.form).toEqual(train.form);
        expect([...lazy.labels]).toEqual([...train.labels]);
        expect(await lazy.read(rows)).toEqual(await train.read(rows));
      } finally {
        await lazy.close();
      }
    }
  });
});
