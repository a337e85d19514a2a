import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ImagesError } from '../../src/core/errors.js';
import { pull } from '../../src/datasets/pull-dataset.js';
import { readSplit } from '../../src/datasets/read-dataset.js';

import { readIdx } from '../../src/images/rows/read-idx.js';
import {
  cifarRecords,
  idx,
  makeSmallCifar10,
  makeSmallMnist,
  PER_BATCH,
  type SmallDataset,
  temporaryFolder,
} from './small-datasets.js';

let folder: string;
let dataDir: string;
let cifar10: SmallDataset;
let mnist: SmallDataset;

beforeAll(async () => {
  folder = await temporaryFolder();
  dataDir = join(folder, 'data');
  cifar10 = await makeSmallCifar10(folder);
  mnist = await makeSmallMnist(folder);
});

beforeEach(() => rm(dataDir, { recursive: true, force: true }));

afterAll(() => rm(folder, { recursive: true }));

async function put(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(join(dataDir, path)), { recursive: true });
  await writeFile(join(dataDir, path), bytes);
}

describe('CIFAR-10', () => {
  const records = (split: 'train' | 'test', batch = 0) => {
    const { pixels, labels } = cifar10.truth[split];
    const rows = [batch * PER_BATCH, (batch + 1) * PER_BATCH];
    return cifarRecords(pixels.subarray(rows[0] * 3072, rows[1] * 3072), labels.subarray(...rows));
  };

  it.each(['', 'cifar-10-batches-bin/'])('reads the binary version from the folder %j', async (prefix) => {
    await put(`${prefix}data_batch_1.bin`, records('train', 0));
    await put(`${prefix}data_batch_2.bin`, records('train', 1));
    const read = await readSplit(cifar10.dataset, { dataDir }, 'train');
    expect(read).toMatchObject({ count: 2 * PER_BATCH, width: 32, height: 32, channels: 3 });
    expect(read.pictures).toEqual(cifar10.truth.train.pixels);
    expect(read.labels).toEqual(cifar10.truth.train.labels);
  });

  it('reads the same from the tarball', async () => {
    const read = await readSplit(cifar10.dataset, { tarball: cifar10.tarball }, 'train');
    expect(read.pictures).toEqual(cifar10.truth.train.pixels);
    expect(read.labels).toEqual(cifar10.truth.train.labels);
  });

  it('makes class folders of it without a cache', async () => {
    await put('test_batch.bin', records('test'));
    const options = {
      out: join(folder, 'out'),
      cacheDir: join(folder, 'no cache'),
      split: 'test',
      dataDir,
    } as const;
    expect((await pull(cifar10.dataset, options)).splits[0].written).toBe(true);
    expect((await pull(cifar10.dataset, options)).splits[0].written).toBe(false);
    const changed = records('test');
    changed[1]++;
    await put('test_batch.bin', changed);
    await expect(pull(cifar10.dataset, options)).rejects.toThrow(/was made from official files/);
  });

  it('names a file that is missing, cut short or damaged', async () => {
    const read = () => readSplit(cifar10.dataset, { dataDir }, 'test');
    await expect(read()).rejects.toThrow(/data has no file test_batch\.bin: put/);
    await put('test_batch.bin', records('test').subarray(1));
    await expect(read()).rejects.toThrow(
      /test_batch\.bin is 12291 bytes long instead of 12292 \(4 records of 3073\)/,
    );
    const wrongLabel = records('test');
    wrongLabel[2 * 3073] = 10;
    await put('test_batch.bin', wrongLabel);
    await expect(read()).rejects.toThrow(
      /test_batch\.bin gives picture 2 the label 10, where 0 to 9 are possible/,
    );
  });
});

describe('MNIST', () => {
  const images = () => idx([PER_BATCH, 28, 28], mnist.truth.test.pixels);
  const labels = () => idx([PER_BATCH], mnist.truth.test.labels);

  it.each<[string, string, string, (bytes: Uint8Array) => Uint8Array]>([
    ['as published', 't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte', (b) => b],
    ['packed', 't10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz', gzipSync],
    ['with dots', 't10k-images.idx3-ubyte', 't10k-labels.idx1-ubyte', (b) => b],
    ['below raw/', 'raw/t10k-images-idx3-ubyte', 'raw/t10k-labels-idx1-ubyte', (b) => b],
  ])('reads the IDX files %s', async (_, imageFile, labelFile, form) => {
    await put(imageFile, form(images()));
    await put(labelFile, form(labels()));
    const read = await readSplit(mnist.dataset, { dataDir }, 'test');
    expect(read).toMatchObject({ count: PER_BATCH, width: 28, height: 28, channels: 1 });
    expect(Buffer.from(read.pictures).equals(mnist.truth.test.pixels)).toBe(true);
    expect([...read.labels]).toEqual([...mnist.truth.test.labels]);
  });

  it('names a missing file and a wrong label', async () => {
    const read = () => readSplit(mnist.dataset, { dataDir }, 'test');
    await put('t10k-images-idx3-ubyte', images());
    await expect(read()).rejects.toThrow(/has no file t10k-labels-idx1-ubyte or t10k-labels\.idx1-ubyte or/);
    const wrong = labels();
    wrong[8 + 3] = 200;
    await put('t10k-labels-idx1-ubyte', wrong);
    await expect(read()).rejects.toThrow(/t10k-labels-idx1-ubyte gives picture 3 the label 200/);
  });

  it.each<[string, string, () => Uint8Array, RegExp]>([
    ['a wrong magic number', 'x', () => labels().with(2, 9), /x does not begin with the magic number 2049/],
    ['an empty file', 'x', () => new Uint8Array(), /x does not begin with the magic number 2049/],
    ['another count', 'x', () => labels().with(7, 3), /x says that it holds 3 bytes instead of 4/],
    ['a missing end', 'x', () => labels().slice(0, -1), /x is 11 bytes long instead of 12: it is cut short/],
    [
      'bytes too many',
      'x',
      () => Buffer.concat([labels(), images()]),
      /x is 3164 bytes long instead of 12: it is dam/,
    ],
    ['a damaged .gz', 'x.gz', () => gzipSync(labels()).subarray(0, -9), /x\.gz cannot be unpacked by gzip/],
    ['a .gz bomb', 'x.gz', () => gzipSync(new Uint8Array(1e6)), /x\.gz unpacks to more than 12 bytes/],
  ])('refuses an IDX file with %s', async (_, name, bytes, message) => {
    await put(name, bytes());
    const reading = readIdx(join(dataDir, name), [PER_BATCH]);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toThrow(ImagesError);
  });
});
