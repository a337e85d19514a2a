import { cp, mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDatasetPart } from '../../src/datasets/dataset-part.js';
import { listDatasetPart } from '../../src/datasets/list-part.js';
import { isDatasetPart } from '../../src/datasets/part-name.js';
import { pull } from '../../src/datasets/pull-dataset.js';
import type { ImageSource } from '../../src/images/image-source.js';
import { openImages, openListing } from '../../src/images/open.js';
import { makeSmallCifar10, makeSmallMnist, type SmallDataset, temporaryFolder } from './small-datasets.js';

let folder: string;
let cacheDir: string;
let small: SmallDataset[];

beforeAll(async () => {
  folder = await temporaryFolder();
  cacheDir = join(folder, 'cache');
  await mkdir(cacheDir);
  small = [await makeSmallCifar10(folder), await makeSmallMnist(folder)];
  for (const { tarball } of small) await cp(tarball, join(cacheDir, basename(tarball)));
});

afterAll(() => rm(folder, { recursive: true }));

async function pixelsOf(source: ImageSource): Promise<Uint8Array[]> {
  const pixels: Uint8Array[] = [];
  for await (const outcome of source.pictures(source.entries.keys())) {
    if (!outcome.ok) throw new Error(outcome.reason);
    pixels.push(Uint8Array.from(outcome.pixels));
  }
  await source.close();
  return pixels;
}

describe('a part of a data set', () => {
  it('is listed as the folder that a pull writes, in color and in gray', async () => {
    for (const { dataset } of small) {
      const out = join(folder, dataset.name);
      const { splits } = await pull(dataset, { out, cacheDir, split: 'test' });
      const asFolder = await openImages(splits[0].path);
      const end = asFolder.entries.length;
      const listing = await listDatasetPart({ dataset, split: 'test', start: 0, end }, cacheDir);
      const byName = await openListing(
        'part',
        async () => ({ kind: 'dataset', listing, isLabelTable: false }),
        {},
      );
      expect(byName.entries).toEqual(asFolder.entries);
      expect(byName.classNames).toEqual(asFolder.classNames);
      expect(await pixelsOf(byName)).toEqual(await pixelsOf(asFolder));
      const some = await listDatasetPart({ dataset, split: 'test', start: 1, end: 3 }, cacheDir);
      expect(some.entries.map(({ id }) => Number.parseInt(basename(id), 10)).sort()).toEqual([1, 2]);
      await some.close?.();
    }
  });

  it('that was not pulled is refused with the command that brings it', async () => {
    const part = parseDatasetPart('cifar10:train');
    await expect(listDatasetPart(part, join(folder, 'empty'))).rejects.toThrow(
      'The data set cifar10 is not here: fetch it with "ganeval data pull cifar10 --out cifar10".',
    );
  });

  it('is known by its name, and rows that there are not are refused', () => {
    expect(['cifar10:test', 'mnist:train:5:10'].every(isDatasetPart)).toBe(true);
    expect(['cifar10', 'cifar10:val', './cifar10:test', 'C:test'].some(isDatasetPart)).toBe(false);
    expect(parseDatasetPart('mnist:train:5:10')).toMatchObject({ split: 'train', start: 5, end: 10 });
    expect(() => parseDatasetPart('mnist:test:0:10001')).toThrow("mnist's test split has rows 0 to 10000");
  });
});
