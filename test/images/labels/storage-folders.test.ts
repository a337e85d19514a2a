import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgeFolders } from '../../../src/images/labels/storage-folders.js';
import { openImages } from '../../../src/images/open.js';
import { tarFile, writeTar } from '../forms/tar-file.js';
import { dot, pictureFolder } from '../picture-folder.js';
import { writeZip } from '../zip-file.js';

const range = <T>(count: number, name: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => name(i));
const padded = (number: number, digits: number) => String(number).padStart(digits, '0');
/** How StyleGAN's dataset_tool.py names the picture `i`, with so many a folder (1000 there). */
const stylegan = (i: number, full = 1000) => `${padded(Math.floor(i / full), 5)}/img${padded(i, 8)}.png`;

describe('numbered folders', () => {
  it.each([
    ["StyleGAN's, the last one not full", range(2300, (i) => stylegan(i))],
    ["StyleGAN's, all full", range(2000, (i) => stylegan(i))],
    ["StyleGAN's, one alone", range(30, (i) => stylegan(i))],
    ["FFHQ's", range(2500, (i) => `${padded(i - (i % 1000), 5)}/${padded(i, 5)}.png`)],
    ["EDM's", range(120, (i) => `${padded(i - (i % 50), 6)}/${padded(i, 6)}.png`)],
    [
      "img2dataset's, of which some are missing",
      [0, 1, 2].flatMap((shard) =>
        range(40 - shard * 7, (i) => `${padded(shard, 5)}/${padded(shard, 5)}${padded(3 * i, 4)}.jpg`),
      ),
    ],
    ['without zeros, the last one not full', range(47, (i) => `${Math.floor(i / 10)}/${i}.png`)],
    [
      'of other names, the last one not full',
      range(47, (i) => `${padded(Math.floor(i / 10), 3)}/${'xyz'[i % 3]}${i}q.png`),
    ],
    [
      'counted from 1, as their files are',
      range(45, (i) => `${padded(1 + Math.floor(i / 10), 3)}/${padded(i + 1, 4)}.png`),
    ],
    [
      'with names of no numbers, the last one not full',
      range(
        47,
        (i) => `${padded(Math.floor(i / 10), 3)}/${'abcdefg'[i % 7]}${'hijklmn'[Math.floor(i / 7)]}.png`,
      ),
    ],
    ['shards', ['shard-000/7.png', 'shard-001/3.png']],
  ])('are storage: %s', (_, paths) => {
    expect(judgeFolders(paths)).toBe('storage');
  });

  it.each([
    ["MNIST's, numbered as in the data set", range(60, (i) => `${(i * 7) % 10}/${padded(i, 5)}.png`)],
    ["MNIST's, numbered in each class", range(60, (i) => `${i % 10}/${Math.floor(i / 10)}.png`)],
    [
      "GTSRB's, with zeros in front",
      range(43, (c) => c).flatMap((c) =>
        range(5 + (c % 4), (i) => `${padded(c, 5)}/00000_${padded(i, 5)}.png`),
      ),
    ],
    ["CIFAR-100's, two digits", range(200, (i) => `${padded(i % 100, 2)}/${Math.floor(i / 100)}.png`)],
    [
      "a sampler's with two digits, stopped in the last",
      range(39, (i) => `${padded(Math.floor(i / 10), 2)}/${padded(i % 10, 5)}.png`),
    ],
    [
      'of unequal fill with two digits, numbered on',
      [7, 12, 10, 9].flatMap((count, c) =>
        range(count, (i) => `${padded(c, 2)}/${padded([0, 7, 19, 29][c] + i, 5)}.png`),
      ),
    ],
    ['of unequal fill, numbered on', ['0/0.png', '0/1.png', '1/2.png', '1/3.png', '1/4.png']],
    ["Flowers-102's", ['1/image_06734.jpg', '1/image_06735.jpg', '2/image_05087.jpg']],
    ['one alone', ['3/0.png', '3/1.png']],
    ['beside words', ['00000/img00000000.png', 'cat/img00000001.png']],
    ['with folders in them', ['00000/cat/0.png', '00001/cat/1.png']],
    ['of other names, equally full', range(30, (i) => `${padded(i % 3, 3)}/${'xyz'[i % 3]}${i}q.png`)],
  ])('are classes: %s', (_, paths) => {
    expect(judgeFolders(paths)).toBe('classes');
  });

  it('are unclear where all are full and many, and their files are numbered on, as a sampler of classes numbers them', () => {
    expect(judgeFolders(range(500, (i) => `${Math.floor(i / 100)}/${padded(i, 5)}.png`))).toBe('unclear');
    expect(judgeFolders(range(50, (i) => `${Math.floor(i / 5)}/${padded(i, 5)}.png`))).toBe('classes');
  });
});

/** The files as a folder, a zip and a tar. */
async function formsOf(files: Readonly<Record<string, Buffer | string>>): Promise<string[]> {
  const elsewhere = pictureFolder([]);
  const entries = Object.entries(files).map(([name, bytes]) => ({ name, bytes: Buffer.from(bytes) }));
  return [
    pictureFolder(files),
    await writeZip(join(elsewhere, 'set.zip'), entries),
    writeTar(join(elsewhere, 'set.tar'), entries),
  ];
}

describe('a set in storage folders', () => {
  const stored = Object.fromEntries(range(25, (i) => [stylegan(i, 10), dot(i)] as const));

  it('has no labels, which is said, unless the user takes the folders for classes', async () => {
    for (const path of await formsOf(stored)) {
      const source = await openImages(path);
      expect(source.classNames).toBeUndefined();
      expect(source.entries[12]).toEqual({ id: '00001/img00000012.png' });
      expect(source.warnings).toEqual([
        'there are no labels, because the folders 00000 to 00002 are storage by their names and the numbers of their files: --labels folders takes them for classes',
      ]);
      const taken = await openImages(path, { labels: 'folders' });
      expect([taken.classNames, taken.warnings]).toEqual([['00000', '00001', '00002'], []]);
    }
  });

  it("has none where StyleGAN's dataset.json says so", async () => {
    const files = { 'cat/a.png': dot(1), 'dog/b.png': dot(2), 'dataset.json': '{"labels": null}' };
    for (const path of await formsOf(files)) {
      const source = await openImages(path);
      expect(source.classNames).toBeUndefined();
      expect(source.warnings).toEqual([expect.stringMatching(/dataset\.json.* says so \(--labels folders/)]);
      expect((await openImages(path, { labels: 'folders' })).classNames).toEqual(['cat', 'dog']);
    }
    for (const path of await formsOf({ ...files, 'dataset.json': '{"title": "pets"}' })) {
      expect((await openImages(path)).classNames).toEqual(['cat', 'dog']);
    }
  });

  it('keeps folders that may be either as classes, and says so', async () => {
    const either = Object.fromEntries(
      range(300, (i) => [`${Math.floor(i / 100)}/${i}.png`, dot(i % 256)] as const),
    );
    for (const path of await formsOf(either)) {
      const source = await openImages(path);
      expect(source.classNames).toEqual(['0', '1', '2']);
      expect(source.warnings).toEqual([
        expect.stringMatching(/0 to 2 were taken for classes.*--labels none/),
      ]);
      const bare = await openImages(path, { labels: 'none' });
      expect([bare.classNames, bare.warnings]).toEqual([undefined, []]);
    }
  });

  it('is not asked of forms without folders', async () => {
    const shards = pictureFolder({ 'a.tar': tarFile([{ name: 'x/1.png', bytes: dot(1) }]) });
    expect((await openImages(shards, { labels: 'folders' })).classNames).toEqual(['x']);
    const table = pictureFolder({ '1.png': dot(1), 'list.csv': '1.png,cat\n' });
    const list = join(table, 'list.csv');
    await expect(openImages(list, { labels: 'folders' })).rejects.toThrow(
      /has no sub-folders: leave --labels/,
    );
    expect((await openImages(list, { labels: 'none' })).classNames).toBeUndefined();
  });
});
