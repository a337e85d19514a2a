import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readNpz } from '../../src/archives/npz.js';
import { type PullProgress, pull } from '../../src/datasets/pull-dataset.js';
import { openImages } from '../../src/images/open.js';
import { makeSmallCifar10, makeSmallMnist, type SmallDataset, temporaryFolder } from './small-datasets.js';

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
  out = join(folder, 'out');
  await rm(out, { recursive: true, force: true });
});
afterAll(() => rm(folder, { recursive: true }));

describe('pull as npz', () => {
  it('writes arrays of RGB and of labels, which are read as pictures', async () => {
    for (const small of [cifar10, mnist]) {
      await rm(out, { recursive: true, force: true });
      const seen: PullProgress[] = [];
      const { dataset, truth } = small;
      const options = {
        out,
        cacheDir,
        as: 'npz',
        onProgress: (each: PullProgress) => seen.push(each),
      } as const;
      const { splits } = await pull(dataset, options);
      expect(splits.map(({ path }) => path)).toEqual([join(out, 'train.npz'), join(out, 'test.npz')]);
      expect((await readdir(out)).sort()).toEqual(['test.npz', 'train.npz']);
      expect(seen.at(-1)).toMatchObject({ stage: 'write', done: 4, total: 4 });
      for (const { split, path, pictures } of splits) {
        const { arr_0, arr_1 } = await readNpz(path, ['arr_0', 'arr_1']);
        expect(arr_0.shape).toEqual([pictures, dataset.height, dataset.width, 3]);
        const first =
          dataset.channels === 1 ? arr_0.data.filter((_: unknown, i: number) => i % 3 === 2) : arr_0.data;
        expect(first).toEqual(truth[split].pixels);
        expect(arr_1.data).toEqual(BigInt64Array.from(truth[split].labels, BigInt));
        const source = await openImages(path);
        expect(source.entries).toHaveLength(pictures);
        expect((await source.inspect()).at(0)).toMatchObject({ width: dataset.width });
        await source.close();
      }
    }
  });

  it('leaves a complete file as it is, and refuses any other', async () => {
    const options = { out, cacheDir, as: 'npz', split: 'test' } as const;
    const file = join(out, 'test.npz');
    await pull(cifar10.dataset, options);
    const bytes = await readFile(file);
    const again = await pull(cifar10.dataset, { ...options, cacheDir: join(folder, 'no cache') });
    expect(again.splits).toMatchObject([{ written: false }]);
    await expect(pull(mnist.dataset, options)).rejects.toThrow(
      /test.npz holds the test split of cifar10, and is not overwritten/,
    );
    const changed = Buffer.from(bytes);
    changed[3000] ^= 1;
    await writeFile(file, changed);
    await expect(pull(cifar10.dataset, options)).rejects.toThrow(/test.npz is damaged .* not overwritten/);
    await writeFile(file, 'mine');
    await expect(pull(cifar10.dataset, options)).rejects.toThrow(/was not written by ganeval/);
    expect(await readFile(file, 'utf8')).toBe('mine');
    await rm(file);
    await pull(cifar10.dataset, options);
    expect(await readFile(file)).toEqual(bytes);
  });

  it('leaves nothing behind when it is aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const aborted = pull(cifar10.dataset, {
      out,
      cacheDir,
      as: 'npz',
      split: 'train',
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    });
    await expect(aborted).rejects.toBe(reason);
    expect(await readdir(out)).toEqual([]);
  });
});
